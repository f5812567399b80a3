import type { Transaction } from '@quillworks/database/connect'
import { and, asc, desc, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm'
import type { CursorPosition } from '../cursor.ts'
import { promptLabels } from '../label/prompt-label.table.ts'
import type { PageWindow } from '../page.ts'
import { searchQuery, type PromptFilter, type PromptSort } from './prompt-list.ts'
import { promptColumns } from './prompt.repository.ts'
import { promptReferences } from './prompt-reference.table.ts'
import { promptTags } from './prompt-tag.table.ts'
import { promptVersions } from './prompt-version.table.ts'
import { prompts, type PromptRow } from './prompt.table.ts'

/** Matches beyond this are not looked at, nor counted. */
export const countLimit = 1_000

export interface PromptPage {
  organizationId: string
  filter: PromptFilter
  sort: PromptSort
  window: PageWindow
  after?: CursorPosition | undefined
  before?: CursorPosition | undefined
}

const sortColumns = { created: null, updated: prompts.updatedAt, title: prompts.titleKey } as const

/** The query of one page, in the window's direction, one row more than its limit; tests explain it. */
export function promptPageQuery(tx: Pick<Transaction, 'select'>, page: PromptPage) {
  const ascending = page.sort.endsWith('_asc')
  const direction = ascending === page.window.backward ? desc : asc
  const column = sortColumns[sortName(page.sort)]
  return tx
    .select({ ...promptColumns, titleKey: prompts.titleKey })
    .from(prompts)
    .where(
      and(
        ...conditions(page),
        page.after && beyond(page.sort, page.after, ascending ? '>' : '<'),
        page.before && beyond(page.sort, page.before, ascending ? '<' : '>'),
      ),
    )
    .orderBy(...(column === null ? [] : [direction(column)]), direction(prompts.id))
    .limit(page.window.limit + 1)
}

/** How many match, up to one more than `countLimit`. */
export async function countPrompts(
  tx: Transaction,
  input: Pick<PromptPage, 'organizationId' | 'filter'>,
): Promise<number> {
  const some = tx
    .select({ one: sql`1`.as('one') })
    .from(prompts)
    .where(and(...conditions(input)))
    .limit(countLimit + 1)
    .as('some')
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(some)
  return row?.count ?? 0
}

/** The cursor position of a row in a list of this sort. */
export function positionOf(sort: PromptSort, row: PromptRow & { titleKey: string }): CursorPosition {
  const keys = { created: null, updated: row.updatedAt.getTime(), title: row.titleKey }
  return { key: keys[sortName(sort)], id: row.id }
}

/** The query of one page of versions, newest first, in the window's direction; positions are numbers. */
export function versionPage(
  tx: Pick<Transaction, 'select'>,
  input: {
    organizationId: string
    promptId: string
    window: PageWindow
    after?: number | undefined
    before?: number | undefined
  },
) {
  const { number } = promptVersions
  return tx
    .select()
    .from(promptVersions)
    .where(
      and(
        eq(promptVersions.organizationId, input.organizationId),
        eq(promptVersions.promptId, input.promptId),
        input.after === undefined ? undefined : sql`${number} < ${input.after}`,
        input.before === undefined ? undefined : sql`${number} > ${input.before}`,
      ),
    )
    .orderBy(input.window.backward ? asc(number) : desc(number))
    .limit(input.window.limit + 1)
}

function sortName(sort: PromptSort): 'created' | 'updated' | 'title' {
  if (sort.startsWith('created')) return 'created'
  return sort.startsWith('updated') ? 'updated' : 'title'
}

function conditions({
  organizationId,
  filter,
}: Pick<PromptPage, 'organizationId' | 'filter'>): (SQL | undefined)[] {
  const search = filter.search?.trim() ? (searchQuery(filter.search) ?? 'nothing & !nothing') : null
  return [
    eq(prompts.organizationId, organizationId),
    filter.archived === null
      ? undefined
      : filter.archived
        ? isNotNull(prompts.archivedAt)
        : isNull(prompts.archivedAt),
    filter.model === null ? undefined : eq(prompts.model, filter.model),
    filter.tag === null
      ? undefined
      : sql`${prompts.id} in (select ${promptTags.promptId} from ${promptTags}
          where ${promptTags.organizationId} = ${organizationId} and ${promptTags.tag} = ${filter.tag})`,
    filter.projectId === null ? undefined : eq(prompts.projectId, filter.projectId),
    filter.label === null
      ? undefined
      : sql`${prompts.id} in (select ${promptLabels.promptId} from ${promptLabels}
          where ${promptLabels.organizationId} = ${organizationId} and ${promptLabels.name} = ${filter.label})`,
    filter.snippet === null
      ? undefined
      : sql`${prompts.id} in (select ${promptReferences.promptId} from ${promptReferences}
          where ${promptReferences.organizationId} = ${organizationId} and ${promptReferences.nameKey} = ${filter.snippet})`,
    search === null
      ? undefined
      : sql`${prompts.id} = any(array(select id from prompts.search_prompts(${search}, ${countLimit})))`,
  ]
}

function beyond(sort: PromptSort, { key, id }: CursorPosition, comparison: '<' | '>'): SQL {
  const operator = sql.raw(comparison)
  switch (sortName(sort)) {
    case 'created':
      return sql`${prompts.id} ${operator} ${id}::uuid`
    case 'updated':
      return sql`(${prompts.updatedAt}, ${prompts.id}) ${operator} (${new Date(Number(key)).toISOString()}::timestamptz, ${id}::uuid)`
    case 'title':
      return sql`(${prompts.titleKey}, ${prompts.id}) ${operator} (${String(key)}::text, ${id}::uuid)`
  }
}
