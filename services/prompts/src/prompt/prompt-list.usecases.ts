import { invalidInput } from '@quillworks/service-kit/errors'
import { decodeCursor, encodeCursor, listFingerprint } from '../cursor.ts'
import { normalizeLabel } from '../label/label.ts'
import { connectionOf, pageWindow, type Connection, type PageArguments } from '../page.ts'
import { snippetKey } from '../template/grammar.ts'
import { read, type UseCase } from '../use-case.ts'
import { isSortKey, type PromptFilter, type PromptSort } from './prompt-list.ts'
import {
  countLimit,
  countPrompts,
  positionOf,
  promptPageQuery,
  versionPage,
} from './prompt-list.repository.ts'
import type { PromptVersionRow } from './prompt-version.table.ts'
import type { PromptRow } from './prompt.table.ts'

export interface PromptConnection extends Connection<PromptRow> {
  /** How many match; asked for only where somebody wants to know. */
  count: () => Promise<{ total: number; capped: boolean }>
}

/** One page of the prompts that the caller may see. */
export async function listPrompts(
  useCase: UseCase,
  input: { page: PageArguments; filter: PromptFilter; sort: PromptSort },
): Promise<PromptConnection> {
  const { page, sort } = input
  const filter = checkedFilter(input.filter)
  const window = pageWindow(page)
  const fingerprint = listFingerprint(['prompts', sort, filter])
  const isKey = (key: unknown): key is string | number | null => isSortKey(sort, key)
  const position = (argument: 'after' | 'before') => {
    const cursor = page[argument]
    return cursor != null ? decodeCursor({ fingerprint, cursor, argument, isKey }) : undefined
  }
  const { organizationId } = useCase.identity
  const after = position('after')
  const before = position('before')
  const rows = await read(useCase, (tx) =>
    promptPageQuery(tx, { organizationId, filter, sort, window, after, before }),
  )
  const cursor = (row: (typeof rows)[number]) => encodeCursor(fingerprint, positionOf(sort, row))
  let counted: Promise<number> | undefined
  return {
    ...connectionOf({ rows, window, page, cursor }),
    count: async () => {
      const total = await (counted ??= read(useCase, (tx) => countPrompts(tx, { organizationId, filter })))
      return { total: Math.min(total, countLimit), capped: total > countLimit }
    },
  }
}

/** One page of a prompt's versions, newest first. */
export async function listVersions(
  useCase: UseCase,
  input: { promptId: string; page: PageArguments },
): Promise<Connection<PromptVersionRow>> {
  const { promptId, page } = input
  const window = pageWindow(page)
  const fingerprint = listFingerprint(['versions', promptId])
  const isKey = (key: unknown): key is number => Number.isSafeInteger(key) && Math.abs(Number(key)) < 2 ** 31
  const position = (argument: 'after' | 'before') => {
    const cursor = page[argument]
    return cursor != null ? Number(decodeCursor({ fingerprint, cursor, argument, isKey }).key) : undefined
  }
  const { organizationId } = useCase.identity
  const after = position('after')
  const before = position('before')
  const rows = await read(useCase, (tx) =>
    versionPage(tx, { organizationId, promptId, window, after, before }),
  )
  return connectionOf({
    rows,
    window,
    page,
    cursor: (row) => encodeCursor(fingerprint, { key: row.number, id: row.id }),
  })
}

function checkedFilter(filter: PromptFilter): PromptFilter {
  const issues = (['search', 'tag', 'model', 'snippet', 'label'] as const).flatMap((name) => {
    const text = filter[name] ?? ''
    return text.includes('\u0000') || !text.isWellFormed() || text.length > 1_000
      ? [{ path: [name], message: 'This is no text that could be found.' }]
      : []
  })
  if (issues.length > 0) throw invalidInput(issues)
  return {
    ...filter,
    tag: filter.tag?.trim().toLowerCase() || null,
    model: filter.model?.trim() || null,
    label: filter.label?.trim() ? normalizeLabel(filter.label) : null,
    snippet: filter.snippet?.trim() ? snippetKey(filter.snippet.trim().replace(/^@/, '')) : null,
  }
}
