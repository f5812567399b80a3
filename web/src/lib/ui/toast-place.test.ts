import { expect, test } from 'bun:test'
import { toastBottom } from './toast-place.ts'

const box = (left: number, right: number, top: number, bottom: number) => ({ left, right, top, bottom })
const toasts = box(1104, 1424, 840, 884)

test('toasts stand at the bottom where nothing is', () => expect(toastBottom(toasts, [], 900)).toBe(16))

test('they stand above what they would cover, and above what they would cover then', () => {
  const pager = box(0, 1440, 850, 890)
  const composer = box(500, 1200, 700, 820)
  expect(toastBottom(toasts, [composer, pager], 900)).toBe(216)
  expect(toastBottom(toasts, [pager], 900)).toBe(66)
})

test('what they do not cover lifts nothing', () => {
  const beside = box(500, 1100, 760, 880)
  const hidden = box(0, 0, 0, 0)
  const further = box(0, 1440, 1200, 1240)
  const above = box(0, 1440, 780, 820)
  expect(toastBottom(toasts, [beside, hidden, further, above], 900)).toBe(16)
})

test('they stay in a low window', () =>
  expect(toastBottom(box(16, 359, 240, 284), [box(0, 375, 20, 300)], 300)).toBe(150))
