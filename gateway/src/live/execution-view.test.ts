import { describe, expect, test } from 'bun:test'
import { summaryOf } from '../../test/fake-executions.ts'
import { readEvent, viewOf } from './execution-view.ts'

const of = {
  ownerId: '019a0000-0000-7000-8000-000000000001',
  projectId: '019a0000-0000-7000-8000-000000000002',
}
const { usage } = summaryOf(of)
const usageOf = (over: Partial<typeof usage>) =>
  viewOf(summaryOf({ ...of, usage: { ...usage, ...over } })).usage

describe('the usage that an event tells', () => {
  test('is zero where nothing was used yet', () => {
    expect(usageOf({})).toMatchObject({ inputTokens: 0, totalTokens: 0, costUsd: 0 })
  })
  test('is unknown, never zero, where no attempt told it', () => {
    expect(usageOf({ unknownAttempts: 1 })).toMatchObject({
      inputTokens: null,
      totalTokens: null,
      costUsd: null,
    })
  })
  test('has no cost without a price, but its tokens', () => {
    expect(usageOf({ inputTokens: 3, outputTokens: 4, unpricedAttempts: 1 })).toMatchObject({
      totalTokens: 7,
      costUsd: null,
    })
  })
  test('is exact to a billionth of a dollar', () => {
    expect(usageOf({ costNanoUsd: '1234567890' }).costUsd).toBe(1.23456789)
  })
})

test('what is no event of an execution is none', () => {
  for (const message of [undefined, 'text', {}, { data: { execution: { id: 'x' } } }])
    expect(readEvent(message)).toBeUndefined()
})
