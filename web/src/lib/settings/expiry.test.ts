import { expect, test } from 'bun:test'
import { expiryOf, expiryState } from './expiry.ts'

const now = new Date('2026-03-10T12:00:00Z')

test('a choice is a moment, or never', () => {
  expect(expiryOf('7', now)?.toISOString()).toBe('2026-03-17T12:00:00.000Z')
  expect(expiryOf('never', now)).toBeNull()
})

test.each([
  [null, 'endless'],
  ['2026-03-10T12:00:00Z', 'over'],
  ['2026-03-20T12:00:00Z', 'soon'],
  ['2026-04-20T12:00:00Z', 'fine'],
] as const)('%p is %p', (at, state) => expect(expiryState(at, now)).toBe(state))
