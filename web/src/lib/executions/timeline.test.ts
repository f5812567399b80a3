import { describe, expect, test } from 'bun:test'
import { barsOf, ticksOf } from './timeline.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 10, 12, 0, seconds)).toISOString()
const step = (from: number | null, to: number | null) => ({
  startedAt: from === null ? null : at(from),
  finishedAt: to === null ? null : at(to),
})
const now = new Date(at(60))

describe('the timeline', () => {
  test('puts steps side by side on one line', () => {
    expect(barsOf([step(0, 5), step(5, 10), step(2, 4)], now)).toMatchObject({
      totalMs: 10_000,
      bars: [
        { left: 0, width: 50 },
        { left: 50, width: 50 },
        { left: 20, width: 20 },
      ],
    })
  })

  test('cuts out the silence between messages', () => {
    const { bars, totalMs } = barsOf([step(0, 5), step(35, 40)], now)
    expect(totalMs).toBe(10_000)
    expect(bars[1]).toEqual({ left: 50, width: 50 })
  })

  test('lets a running step reach the present and leaves out what has not begun', () => {
    const { bars, totalMs } = barsOf([step(50, null), step(null, null)], now)
    expect(totalMs).toBe(10_000)
    expect(bars).toEqual([{ left: 0, width: 100 }, null])
  })

  test('shows a step too short to see', () => {
    expect(barsOf([step(0, 0), step(0, 10)], now).bars[0]).toEqual({ left: 0, width: 0.8 })
    expect(barsOf([], now)).toMatchObject({ bars: [], totalMs: 0 })
  })

  test('places an attempt within its step', () => {
    const { barOf } = barsOf([step(0, 10)], now)
    expect(barOf(step(0, 4))).toEqual({ left: 0, width: 40 })
    expect(barOf(step(6, 10))).toEqual({ left: 60, width: 40 })
  })

  test('is marked at round moments', () => {
    expect(ticksOf(12_400).map(({ ms }) => ms)).toEqual([0, 5_000, 10_000])
    expect(ticksOf(10_000).map(({ ms, left }) => [ms, left])).toEqual([
      [0, 0],
      [2_000, 20],
      [4_000, 40],
      [6_000, 60],
      [8_000, 80],
      [10_000, 100],
    ])
    expect(ticksOf(0)).toEqual([])
    for (const total of [1, 7, 999, 61_234, 3_600_000]) {
      const ticks = ticksOf(total)
      expect(ticks.length).toBeGreaterThanOrEqual(3)
      expect(ticks.length).toBeLessThanOrEqual(6)
      expect(ticks.at(-1)?.left).toBeLessThanOrEqual(100)
    }
  })
})
