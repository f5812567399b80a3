import { expect, test } from 'bun:test'
import { TextLoad, textWindowMs } from './text-window.ts'

test('the window widens with what arrives, and with how far the process is behind', () => {
  const window = (piecesPerSecond: number, lagMs: number) => textWindowMs({ piecesPerSecond, lagMs })
  expect([0, 1_500, 1_501, 10_000, 10_001].map((pieces) => window(pieces, 0))).toEqual([16, 16, 40, 40, 100])
  expect([10, 11, 50, 51].map((lagMs) => window(50, lagMs))).toEqual([16, 40, 40, 100])
})

/** Pieces at an even pace for a second, from `from` on. */
function second(load: TextLoad, from: number, pieces: number): number {
  for (let each = 0; each < pieces; each += 1) load.piece(from + (each * 1_000) / pieces)
  return load.windowMs(from + 1_000)
}

test('it follows what arrived of late, and narrows again in silence', () => {
  const load = new TextLoad(0)
  expect(load.windowMs(0)).toBe(16)
  expect(second(load, 0, 1_000)).toBe(16)
  expect(second(load, 1_000, 5_000)).toBe(40)
  expect(second(load, 2_000, 40_000)).toBe(100)
  expect(second(load, 3_000, 5_000)).toBe(40)
  expect(second(load, 4_000, 50)).toBe(16)
  expect(second(load, 5_000, 40_000)).toBe(100)
  expect(load.windowMs(60_000)).toBe(16)
})

test('timers that fire late widen it until they are on time again', () => {
  const load = new TextLoad(0)
  load.late(100, 200)
  expect(load.windowMs(250)).toBe(100)
  load.late(300, 1)
  expect(load.windowMs(500)).toBe(100)
  expect(load.windowMs(750)).toBe(40)
  expect(load.windowMs(2_000)).toBe(16)
})
