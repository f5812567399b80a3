import { describe, expect, test } from 'bun:test'
import { formatCost, formatCount, formatDuration } from './numbers.ts'
import { formatRelative } from './time.ts'

describe('numbers', () => {
  test.each([
    [0, '$0'],
    [0.0021, '$0.0021'],
    [0.00000123, '$0.0000012'],
    [0.05, '$0.05'],
    [12.4, '$12.40'],
    [1234.5, '$1,234.50'],
    [null, 'unknown'],
    [undefined, 'unknown'],
  ])('cost %p is %p', (usd, text) => expect(formatCost(usd)).toBe(text))

  test('unknown tokens are unknown, never zero', () => {
    expect(formatCount(null)).toBe('unknown')
    expect(formatCount(0)).toBe('0')
    expect(formatCount(12_345)).toBe('12,345')
  })

  test.each([
    [640, '640 ms'],
    [1_900, '1.9 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [11_040_000, '3 h 4 min'],
    [null, 'unknown'],
  ])('duration %p is %p', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('relative time', () => {
  const now = new Date('2026-03-10T12:00:00Z')
  test.each([
    ['2026-03-10T11:59:40Z', 'just now'],
    ['2026-03-10T11:59:10Z', '1 minute ago'],
    ['2026-03-10T11:57:00Z', '3 minutes ago'],
    ['2026-03-10T09:00:00Z', '3 hours ago'],
    ['2026-03-09T10:00:00Z', 'yesterday'],
    ['2026-01-05T12:00:00Z', 'Jan 5, 2026'],
  ])('%p is %p', (at, text) => expect(formatRelative(at, now)).toBe(text))
})
