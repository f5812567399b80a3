import { describe, expect, test } from 'bun:test'
import { batchesOf, nextPollMs } from './poll-plan.ts'

describe('the pause until the next asking', () => {
  test('is the interval while answers come', () => {
    expect(nextPollMs(3_000, { failures: 0 })).toBe(3_000)
  })

  test('doubles with each failure, up to a minute', () => {
    const pauses = [1, 2, 3, 4, 5, 50].map((failures) => nextPollMs(3_000, { failures }))
    expect(pauses).toEqual([6_000, 12_000, 24_000, 48_000, 60_000, 60_000])
  })

  test('is what the server asks for, where that is longer', () => {
    expect(nextPollMs(3_000, { failures: 1, retryAfterSeconds: 90 })).toBe(90_000)
    expect(nextPollMs(3_000, { failures: 0, retryAfterSeconds: 1 })).toBe(3_000)
  })
})

test('an execution shown twice is asked for once, with the older of its revisions', () => {
  const asked = [
    { id: 'a', revision: 4 },
    { id: 'b', revision: 1 },
    { id: 'a', revision: 2 },
  ]
  expect(batchesOf(asked, 100)).toEqual([
    [
      { id: 'a', revision: 2 },
      { id: 'b', revision: 1 },
    ],
  ])
  expect(batchesOf(asked, 1)).toHaveLength(2)
  expect(batchesOf([], 100)).toEqual([])
})
