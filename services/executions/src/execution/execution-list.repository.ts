import type { Transaction } from '@quillworks/database/connect'
import {
  and,
  eq,
  getTableColumns,
  gt,
  inArray,
  lt,
  sql,
  Subquery,
  type AnyColumn,
  type SQL,
} from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { ExecutionStatus } from '../contract/status.ts'
import type { Page } from '../graphql/pages.ts'
import { conditions, hasStatus, overdue, within, type ExecutionFilter } from './execution-filter.ts'
import type { ShownExecution } from './execution.ts'
import { audience, executions, isShared } from './execution.table.ts'
import { steps } from './step.table.ts'

// A list is read as a merge of ranges of an index, in each of which all rows are visible to who asks and nearly all fit.
// What an index does not know is asked of the rows that are looked at, of which there are at most `mostLookedAt`.

/** Whose list it is: row level security shows what is theirs and what is shared with the organization. */
export interface Viewer {
  organizationId: string
  userId: string
}

/** Counting looks at so many. */
const mostCounted = 10_000
/** A page looks at so many rows and then ends, with a cursor to go on from. */
export const mostLookedAt = 1_000
/** At so many where names or costs are looked through, which no index knows. */
export const mostSearched = 10_000
/** More than these are not looked up one by one. */
const mostKinds = 10

/** Rows of a page, one more than its limit where there are more. */
export interface ExecutionRows {
  rows: ShownExecution[]
  /** Where the page ended before it was full; older ones (newer where it is read backward) were not looked at. */
  stoppedAt: string | null
}

const unique = <T>(values: readonly T[]) => [...new Set(values)]

/** Pairs each range with each part. */
const times = (ranges: SQL[], parts: (SQL | undefined)[]) =>
  ranges.flatMap((range) => parts.flatMap((part) => and(range, part) ?? []))

/** The statuses whose rows are looked up by status; null where succeeded ones are asked for too, which most have. */
function lookedUp(status: ExecutionStatus[] | undefined): ExecutionStatus[] | null {
  if (!status || status.includes('succeeded')) return null
  // An overdue one is stored as running.
  return unique(status.flatMap((one) => (one === 'timed_out' ? [one, 'running' as const] : [one])))
}

/** What is shared, and what is the viewer's own. */
function audiencesOf({ organizationId, userId }: Viewer, organization: AnyColumn): SQL[] {
  const here = eq(organization, organizationId)
  return [organizationId, userId].flatMap((one) => and(here, sql`${audience} = ${one}::uuid`) ?? [])
}

/** Ranges of one index that hold all rows that fit, none of them twice, each in the order of ids. */
function rangesOf({ organizationId, userId }: Viewer, filter: ExecutionFilter): SQL[] {
  const { ids, kind, sourceId, track, createdBy } = filter
  const here = eq(executions.organizationId, organizationId)
  const visible = audiencesOf({ organizationId, userId }, executions.organizationId)
  const tracks = (track === undefined ? [true, false] : [track]).map((one) =>
    one ? sql`${executions.track}` : sql`not ${executions.track}`,
  )
  if (ids) return times([sql`${here}`], [inArray(executions.id, ids)])
  if (sourceId !== undefined) return times(visible, [eq(executions.sourceId, sourceId)])
  const status = lookedUp(filter.status)
  if (status) return times(times(visible, tracks), status.map(hasStatus))
  if (createdBy !== undefined) {
    const shared = times([sql`${here}`], [and(isShared, eq(executions.ownerId, createdBy))])
    const mine = createdBy === userId ? visible.slice(1) : []
    return times([...shared, ...mine], tracks)
  }
  const kinds = kind && unique(kind)
  if (kinds && kinds.length <= mostKinds) {
    return times(
      visible,
      kinds.map((one) => eq(executions.kind, one)),
    )
  }
  return times(visible, tracks)
}

/** As the indexes of lists have it; see the table for the nulls, of which there are none. */
const orderOf = (page: Pick<Page, 'backward'> | null) =>
  page?.backward ? sql`id asc nulls first` : sql`id desc nulls last`

/** At most `most` rows of the ranges, in order, with `fits` (the whole filter) and `overdue`. */
function looked(
  viewer: Viewer,
  filter: ExecutionFilter,
  page: Omit<Page, 'limit'> | null,
  most: number,
): SQL {
  const order = orderOf(page)
  const from = (id: AnyColumn) =>
    and(
      within(filter, id),
      page?.after ? lt(id, page.after) : undefined,
      page?.before ? gt(id, page.before) : undefined,
    )
  const model = modelOf(filter)
  const ranges =
    model === undefined
      ? rangesOf(viewer, filter).map(
          (
            range,
          ) => sql`(select *, ${overdue} as overdue, ${conditions(viewer.organizationId, filter)} as fits
      from ${executions} where ${and(range, from(executions.id))} order by ${order} limit ${most})`,
        )
      : audiencesOf(viewer, steps.organizationId).map((range) => {
          const asked = and(range, eq(steps.model, model), from(steps.executionId))
          // Each execution once, in order, each looked up by itself as far as the page reads.
          return sql`(select ${columnsWith(sql`asked.id`)}, e.overdue, e.fits
      from (select distinct execution_id as id from ${steps} where ${asked} order by ${order} limit ${most}) asked
      cross join lateral (select *, ${overdue} as overdue,
        ${conditions(viewer.organizationId, { ...filter, model: undefined })} as fits
        from ${executions} where ${executions.id} = asked.id limit 1) e
      order by ${order} limit ${most})`
        })
  return sql`select * from (${sql.join(ranges, sql` union all `)}) ranges order by ${order} limit ${most}`
}

/** The model whose executions are read in order; undefined where another index is thought to know fewer. */
function modelOf({ model, ids, sourceId, status }: ExecutionFilter): string | undefined {
  return ids || sourceId !== undefined || lookedUp(status) ? undefined : model
}

/** The columns of an execution `e`, its id said in another way. */
const columnsWith = (id: SQL) =>
  sql.join(
    Object.values(getTableColumns(executions)).map((column) =>
      column === executions.id ? sql`${id} as id` : sql`e.${sql.identifier(column.name)}`,
    ),
    sql`, `,
  )

/**
 * Where Postgres thinks that few rows fit, or that a page reads far, it would rather read and sort all of them than follow
 * an index, and a page reads no more than it shows. Sent together with the query, which it costs no time.
 */
const unsorted = (tx: Transaction) => tx.execute(sql`select set_config('enable_sort', 'off', true)`)

/** Nothing can fit. */
const isEmpty = ({ ids, kind, status, waitingFor, trigger }: ExecutionFilter) =>
  [ids, kind, status, waitingFor, trigger].some((asked) => asked?.length === 0)

function mostOf({ text, costFrom, costTo }: ExecutionFilter): number {
  return [text, costFrom, costTo].some((asked) => asked !== undefined) ? mostSearched : mostLookedAt
}

/** A page, newest first, or from the end where it is read backward. */
export async function listExecutions(
  tx: Transaction,
  viewer: Viewer,
  filter: ExecutionFilter,
  page: Page,
): Promise<ExecutionRows> {
  if (isEmpty(filter)) return { rows: [], stoppedAt: null }
  const e = alias(executions, 'e')
  const order = orderOf(page)
  const most = mostOf(filter)
  const placed = sql`select *, row_number() over (order by ${order}) as place
    from (${looked(viewer, filter, page, most)}) looked`
  const asked = tx
    .select({
      ...getTableColumns(e),
      overdue: sql<boolean>`e.overdue`,
      fits: sql<boolean>`e.fits`,
      last: sql<boolean>`e.place = ${most}`,
    })
    .from(new Subquery<'e', Record<string, unknown>>(placed, {}, 'e'))
    .where(sql`e.fits or e.place = ${most}`)
    .orderBy(sql`e.${order}`)
    .limit(page.limit + 1)
  const [, found] = await Promise.all([unsorted(tx), asked])
  const rows = found.filter(({ fits }) => fits)
  const end = found.at(-1)
  return { rows, stoppedAt: end?.last && rows.length <= page.limit ? end.id : null }
}

/** How many fit of the newest `mostCounted`, and whether there are more to look at. */
export async function countExecutions(
  tx: Transaction,
  viewer: Viewer,
  filter: ExecutionFilter,
): Promise<{ count: number; capped: boolean }> {
  if (isEmpty(filter)) return { count: 0, capped: false }
  const asked = tx.execute<{ count: number; looked: number }>(
    sql`select (count(*) filter (where fits and place <= ${mostCounted}))::int as count, count(*)::int as looked
      from (select fits, row_number() over (order by ${orderOf(null)}) as place
        from (${looked(viewer, filter, null, mostCounted + 1)}) looked) e`,
  )
  const [, [row]] = await Promise.all([unsorted(tx), asked])
  return { count: row?.count ?? 0, capped: (row?.looked ?? 0) > mostCounted }
}
