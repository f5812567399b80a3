import { expect, test } from 'bun:test'
import { policyOf, rulesOf } from './label-rules.ts'

test('a label stands once, with all that is asked for it', () => {
  const policy = { protectedLabels: ['production', 'staging'], reviewedLabels: ['beta', 'production'] }
  const rules = rulesOf(policy)
  expect(rules).toEqual([
    { label: 'beta', admins: false, review: true },
    { label: 'production', admins: true, review: true },
    { label: 'staging', admins: true, review: false },
  ])
  expect(policyOf(rules)).toEqual(policy)
})
