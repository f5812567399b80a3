import { expect, test } from 'bun:test'
import { sparkLine } from './sparkline.ts'

const box = { width: 14, height: 12, inset: 1 }

test.each([
  [[0, 5, 10], 'M1 11L7 6L13 1', { x: 13, y: 1 }],
  [[0, null, 10], 'M1 11M13 1', { x: 13, y: 1 }],
  [[10, 10, null], 'M1 1L7 1', { x: 7, y: 1 }],
  [[-5, 5], 'M1 11L13 1', { x: 13, y: 1 }],
  [[0, 0], 'M1 11L13 11', { x: 13, y: 11 }],
  [[3], 'M1 1', { x: 1, y: 1 }],
  [[], '', undefined],
  [[null], '', undefined],
] as [(number | null)[], string, { x: number; y: number } | undefined][])(
  '%p is the line %p',
  (values, path, end) => expect(sparkLine(values, box)).toEqual({ path, end }),
)
