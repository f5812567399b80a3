import { describe, expect, test } from 'bun:test'
import { AppError } from '@quillworks/service-kit/errors'
import { decodeCursor, encodeCursor, listFingerprint } from './cursor.ts'
import { connectionOf, pageWindow, type PageArguments } from './page.ts'

describe('a page', () => {
  const connection = (rows: number[], page: PageArguments) =>
    connectionOf({ rows, page, window: pageWindow(page), cursor: String })

  test('of everything has no more to either side', () => {
    expect(connection([1, 2], { first: 2 })).toEqual({
      edges: [
        { cursor: '1', node: 1 },
        { cursor: '2', node: 2 },
      ],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: '1', endCursor: '2' },
    })
  })

  test('leaves out the one row more by which it knows of others', () => {
    expect(connection([1, 2, 3], { first: 2, after: '0' }).pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: true,
      startCursor: '1',
      endCursor: '2',
    })
  })

  test('read backward stands in the order of the list', () => {
    const page = connection([9, 8, 7], { last: 2, before: '10' })
    expect(page.edges.map((edge) => edge.node)).toEqual([8, 9])
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true })
  })

  test('may be empty', () => {
    expect(connection([], {}).pageInfo).toMatchObject({
      startCursor: null,
      endCursor: null,
      hasNextPage: false,
    })
  })
})

describe('a cursor', () => {
  const fingerprint = listFingerprint(['a', 1])
  const id = '01a1fc14-3b42-7308-a5a8-6f136718db3a'
  const isKey = (key: unknown): key is string => typeof key === 'string'

  test('comes back as it was', () => {
    const cursor = encodeCursor(fingerprint, { key: 'größe "x"', id })
    expect(decodeCursor({ fingerprint, cursor, argument: 'after', isKey })).toEqual({ key: 'größe "x"', id })
  })

  test('of another list, of another kind or broken is refused', () => {
    const cursors = [
      encodeCursor(listFingerprint(['a', 2]), { key: 'x', id }),
      encodeCursor(fingerprint, { key: 1, id }),
      encodeCursor(fingerprint, { key: 'x', id: 'no' }),
      '%%%',
      '',
    ]
    for (const cursor of cursors) {
      expect(() => decodeCursor({ fingerprint, cursor, argument: 'before', isKey })).toThrow(AppError)
    }
  })
})
