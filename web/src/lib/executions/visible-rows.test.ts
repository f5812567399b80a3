import { expect, test } from 'bun:test'
import { drawnWhole, visibleRows } from './visible-rows.ts'

const rowHeight = 38
const height = 800

test('a short list is drawn whole', () => {
  const whole = { first: 0, last: drawnWhole, before: 0, after: 0 }
  expect(visibleRows({ count: drawnWhole, rowHeight, top: -4_000, height })).toEqual(whole)
})

test('of a long one all that is in sight and some around it is drawn, wherever one is, and its height stays', () => {
  const count = 10_000
  for (let scrolled = -200; scrolled < count * rowHeight + 500; scrolled += 333) {
    const { first, last, before, after } = visibleRows({ count, rowHeight, top: -scrolled, height })
    expect(last - first).toBeLessThan(200)
    expect(before + after + (last - first) * rowHeight).toBe(count * rowHeight)
    const inSight = [Math.floor(scrolled / rowHeight), Math.ceil((scrolled + height) / rowHeight)]
    const [from = 0, to = 0] = inSight.map((at) => Math.min(Math.max(at, 0), count))
    expect(first).toBeLessThanOrEqual(Math.max(0, from === count ? count - 1 : from))
    expect(last).toBeGreaterThanOrEqual(to)
  }
})

test('one can go on by keys from any row in sight', () => {
  const { first, last } = visibleRows({ count: 10_000, rowHeight, top: -38_000, height })
  expect(first).toBeLessThan(1_000 - 20)
  expect(last).toBeGreaterThan(1_000 + height / rowHeight + 20)
})
