import { expect, test } from 'bun:test'
import { createRateLimiter } from './rate-limit.ts'

test('a caller may burst, then goes at the steady rate; others are not held up', () => {
  let time = 0
  const limiter = createRateLimiter({ burst: 3, perSecond: 2 }, () => time)
  expect([1, 2, 3, 4].map(() => limiter.take('a'))).toEqual([0, 0, 0, 1])
  expect(limiter.take('b')).toBe(0)
  time = 500
  expect([1, 2].map(() => limiter.take('a'))).toEqual([0, 1])
})

test('what is refused costs nothing, and rest fills the bucket to its brim only', () => {
  let time = 0
  const limiter = createRateLimiter({ burst: 2, perSecond: 1 }, () => time)
  expect([1, 2, 3, 4].map(() => limiter.take('a'))).toEqual([0, 0, 1, 1])
  time = 3_600_000
  expect([1, 2, 3].map(() => limiter.take('a'))).toEqual([0, 0, 1])
})

test('a costly request says how long to wait', () => {
  const limiter = createRateLimiter({ burst: 10, perSecond: 2 }, () => 0)
  limiter.take('a', 10)
  expect(limiter.take('a', 10)).toBe(5)
})
