import { invalidInput } from '@quillworks/service-kit/errors'
import { decodeCursor, encodeCursor, listFingerprint } from '../cursor.ts'
import { connectionOf, pageWindow, type Connection, type PageArguments } from '../page.ts'
import { read, type UseCase } from '../use-case.ts'
import {
  countLimit,
  countSnippets,
  positionOf,
  snippetPageQuery,
  snippetVersionPage,
} from './snippet-list.repository.ts'
import { isSnippetSortKey, type SnippetSort } from './snippet-list.ts'
import type { SnippetVersionRow } from './snippet-version.table.ts'
import type { SnippetRow } from './snippet.table.ts'

export interface SnippetConnection extends Connection<SnippetRow> {
  /** How many match; asked for only where somebody wants to know. */
  count: () => Promise<{ total: number; capped: boolean }>
}

/** One page of the snippets that the caller may see. */
export async function listSnippets(
  useCase: UseCase,
  input: { page: PageArguments; search: string | null; sort: SnippetSort },
): Promise<SnippetConnection> {
  const { page, search, sort } = input
  if (search !== null && (search.includes('\u0000') || !search.isWellFormed() || search.length > 1_000)) {
    throw invalidInput([{ path: ['search'], message: 'This is no text that could be found.' }])
  }
  const window = pageWindow(page)
  const fingerprint = listFingerprint(['snippets', sort, search])
  const isKey = (key: unknown): key is string | number => isSnippetSortKey(sort, key)
  const position = (argument: 'after' | 'before') => {
    const cursor = page[argument]
    return cursor != null ? decodeCursor({ fingerprint, cursor, argument, isKey }) : undefined
  }
  const { organizationId } = useCase.identity
  const after = position('after')
  const before = position('before')
  const rows = await read(useCase, (tx) =>
    snippetPageQuery(tx, { organizationId, search, sort, window, after, before }),
  )
  let counted: Promise<number> | undefined
  return {
    ...connectionOf({
      rows,
      window,
      page,
      cursor: (row) => encodeCursor(fingerprint, positionOf(sort, row)),
    }),
    count: async () => {
      const total = await (counted ??= read(useCase, (tx) => countSnippets(tx, { organizationId, search })))
      return { total: Math.min(total, countLimit), capped: total > countLimit }
    },
  }
}

/** One page of a snippet's versions, newest first. */
export async function listSnippetVersions(
  useCase: UseCase,
  input: { snippetId: string; page: PageArguments },
): Promise<Connection<SnippetVersionRow>> {
  const { snippetId, page } = input
  const window = pageWindow(page)
  const fingerprint = listFingerprint(['snippet versions', snippetId])
  const isKey = (key: unknown): key is number => Number.isSafeInteger(key) && Math.abs(Number(key)) < 2 ** 31
  const position = (argument: 'after' | 'before') => {
    const cursor = page[argument]
    return cursor != null ? Number(decodeCursor({ fingerprint, cursor, argument, isKey }).key) : undefined
  }
  const { organizationId } = useCase.identity
  const after = position('after')
  const before = position('before')
  const rows = await read(useCase, (tx) =>
    snippetVersionPage(tx, { organizationId, snippetId, window, after, before }),
  )
  return connectionOf({
    rows,
    window,
    page,
    cursor: (row) => encodeCursor(fingerprint, { key: row.number, id: row.id }),
  })
}
