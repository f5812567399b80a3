import { describe, expect, test } from 'bun:test'
import { mergeRead, mergeRow } from './merge-rows.ts'

const row = (id: string, revision: number, status = 'running') => ({ id, revision, status })
const any = () => true

describe('a live list', () => {
  const rows = [row('3', 2), row('2', 5)]

  test('shows a newer state in place', () => {
    expect(mergeRow(rows, row('2', 6, 'succeeded'), any)).toEqual([row('3', 2), row('2', 6, 'succeeded')])
  })

  test('never goes back to an older revision', () => {
    expect(mergeRow(rows, row('2', 4, 'queued'), any)).toBe(rows)
    expect(mergeRead([row('2', 6, 'succeeded')], [row('3', 1), row('2', 5)])).toEqual([
      row('3', 1),
      row('2', 6, 'succeeded'),
    ])
  })

  test('takes a new execution at the top', () => {
    expect(mergeRow(rows, row('4', 1), any).map(({ id }) => id)).toEqual(['4', '3', '2'])
    expect(mergeRow([], row('4', 1), any)).toHaveLength(1)
  })

  test('leaves older rows to the next page', () => {
    expect(mergeRow(rows, row('1', 9), any)).toBe(rows)
  })

  test('lets go of what no longer fits the filter and never takes it in', () => {
    const running = (each: { status: string }) => each.status === 'running'
    expect(mergeRow(rows, row('2', 6, 'failed'), running)).toEqual([row('3', 2)])
    expect(mergeRow(rows, row('4', 1, 'failed'), running)).toBe(rows)
  })
})
