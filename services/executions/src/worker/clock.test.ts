import { expect, test } from 'bun:test'
import { DatabaseClock } from './clock.ts'

test('an answer that was long under way does not move a clock that is known better', () => {
  let monotonic = 1_000
  const clock = new DatabaseClock(() => monotonic)
  clock.set(5_000_000, 998)
  expect(clock.now()).toBe(5_000_001)
  // Ten seconds later the database says so at once, and its answer takes eight seconds.
  monotonic = 19_000
  clock.set(5_010_001, 11_000)
  expect(clock.now()).toBe(5_018_001)
})

test('a fresh look counts again, however old the last one is', () => {
  let monotonic = 0
  const clock = new DatabaseClock(() => monotonic)
  clock.set(100, 0)
  monotonic = 60_000
  clock.set(60_130, 59_990)
  expect(clock.now()).toBe(60_135)
})
