import { describe, expect, test } from 'bun:test'
import { keptAfter, mergeLists, mergeRow } from './merge-rows.ts'

const row = (id: string, revision = 1, status = 'running') => ({ id, revision, status })
const ids = (rows: { id: string }[]) => rows.map(({ id }) => id).join('')
const rowsOf = (text: string) => Array.from(text, (id) => row(id))
const any = { fits: () => true, hasMore: true }

describe('a live list', () => {
  const rows = [row('3', 2), row('2', 5)]

  test('shows a newer state in place', () => {
    expect(mergeRow(rows, row('2', 6, 'succeeded'), any)).toEqual([row('3', 2), row('2', 6, 'succeeded')])
  })

  test('never goes back to an older revision', () => {
    expect(mergeRow(rows, row('2', 4, 'queued'), any)).toBe(rows)
    expect(mergeLists([row('2', 6, 'succeeded')], [row('3', 1), row('2', 5)])).toEqual([
      row('3', 1),
      row('2', 6, 'succeeded'),
    ])
  })

  const insertions: [held: string, next: string, hasMore: boolean, after: string][] = [
    ['753', '9', true, '9753'],
    ['753', '6', true, '7653'],
    ['753', '4', true, '7543'],
    ['753', '1', true, '753'],
    ['753', '1', false, '7531'],
    ['', '4', true, '4'],
    ['', '4', false, '4'],
  ]
  test.each(insertions)('%p takes %p in (more: %p) as %p', (held, next, hasMore, after) => {
    expect(ids(mergeRow(rowsOf(held), row(next), { ...any, hasMore }))).toBe(after)
  })

  test('holds every new row whatever the order of its events', () => {
    const after = Array.from('5839467').reduce((list, id) => mergeRow(list, row(id), any), rowsOf('21'))
    expect(ids(after)).toBe('987654321')
  })

  test('lets go of what no longer fits the filter and never takes it in', () => {
    const running = { fits: (each: { status: string }) => each.status === 'running', hasMore: true }
    expect(mergeRow(rows, row('2', 6, 'failed'), running)).toEqual([row('3', 2)])
    expect(mergeRow(rows, row('4', 1, 'failed'), running)).toBe(rows)
    expect(ids(mergeRow(rowsOf('31'), row('2', 6), running))).toBe('321')
  })
})

describe('the first page read anew', () => {
  const again = (held: string, read: string, arrived = '', hasMore = true) => {
    const { kept, joined } = keptAfter({ held: rowsOf(held), read: rowsOf(read), hasMore }, new Set(arrived))
    return [ids(mergeLists(kept, rowsOf(read))), joined]
  }

  test('brings what was missed and keeps the older pages that follow it', () => {
    expect(again('6543210', '7654')).toEqual(['76543210', true])
  })

  test('lets older pages go when rows between are missing', () => {
    expect(again('3210', '9876')).toEqual(['9876', false])
  })

  test('keeps what arrived while it was read and drops what is gone', () => {
    expect(again('9543', '543', '9', false)).toEqual(['9543', false])
    expect(again('9543', '543', '', false)).toEqual(['543', false])
  })
})
