import type { Transaction } from '@quillworks/database/connect'
import { and, asc, desc, eq, sql, type SQL } from 'drizzle-orm'
import type { CursorPosition } from '../cursor.ts'
import type { PageWindow } from '../page.ts'
import { searchQuery } from '../prompt/prompt-list.ts'
import type { SnippetSort } from './snippet-list.ts'
import { snippetColumns } from './snippet.repository.ts'
import { snippets, type SnippetRow } from './snippet.table.ts'
import { snippetVersions } from './snippet-version.table.ts'

/** Matches beyond this are not looked at, nor counted. */
export const countLimit = 1_000

export interface SnippetPage {
  organizationId: string
  search: string | null
  sort: SnippetSort
  window: PageWindow
  after?: CursorPosition | undefined
  before?: CursorPosition | undefined
}

/** The query of one page, in the window's direction, one row more than its limit; tests explain it. */
export function snippetPageQuery(tx: Pick<Transaction, 'select'>, page: SnippetPage) {
  const ascending = page.sort.endsWith('_asc')
  const direction = ascending === page.window.backward ? desc : asc
  const column = page.sort.startsWith('name') ? snippets.nameKey : snippets.updatedAt
  return tx
    .select(snippetColumns)
    .from(snippets)
    .where(
      and(
        ...conditions(page),
        page.after && beyond(page.sort, page.after, ascending ? '>' : '<'),
        page.before && beyond(page.sort, page.before, ascending ? '<' : '>'),
      ),
    )
    .orderBy(direction(column), direction(snippets.id))
    .limit(page.window.limit + 1)
}

/** How many match, up to one more than `countLimit`. */
export async function countSnippets(
  tx: Transaction,
  input: Pick<SnippetPage, 'organizationId' | 'search'>,
): Promise<number> {
  const some = tx
    .select({ one: sql`1`.as('one') })
    .from(snippets)
    .where(and(...conditions(input)))
    .limit(countLimit + 1)
    .as('some')
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(some)
  return row?.count ?? 0
}

/** The cursor position of a row in a list of this sort. */
export function positionOf(sort: SnippetSort, row: SnippetRow): CursorPosition {
  return { key: sort.startsWith('name') ? row.nameKey : row.updatedAt.getTime(), id: row.id }
}

/** The query of one page of versions, newest first, in the window's direction; positions are numbers. */
export function snippetVersionPage(
  tx: Pick<Transaction, 'select'>,
  input: {
    organizationId: string
    snippetId: string
    window: PageWindow
    after?: number | undefined
    before?: number | undefined
  },
) {
  const { number } = snippetVersions
  return tx
    .select()
    .from(snippetVersions)
    .where(
      and(
        eq(snippetVersions.organizationId, input.organizationId),
        eq(snippetVersions.snippetId, input.snippetId),
        input.after === undefined ? undefined : sql`${number} < ${input.after}`,
        input.before === undefined ? undefined : sql`${number} > ${input.before}`,
      ),
    )
    .orderBy(input.window.backward ? asc(number) : desc(number))
    .limit(input.window.limit + 1)
}

function conditions({ organizationId, search }: Pick<SnippetPage, 'organizationId' | 'search'>) {
  const query = search?.trim() ? (searchQuery(search) ?? 'nothing & !nothing') : null
  return [
    eq(snippets.organizationId, organizationId),
    query === null
      ? undefined
      : sql`${snippets.id} = any(array(select id from prompts.search_snippets(${query}, ${countLimit})))`,
  ]
}

function beyond(sort: SnippetSort, { key, id }: CursorPosition, comparison: '<' | '>'): SQL {
  const operator = sql.raw(comparison)
  return sort.startsWith('name')
    ? sql`(${snippets.nameKey}, ${snippets.id}) ${operator} (${String(key)}::text, ${id}::uuid)`
    : sql`(${snippets.updatedAt}, ${snippets.id}) ${operator} (${new Date(Number(key)).toISOString()}::timestamptz, ${id}::uuid)`
}
