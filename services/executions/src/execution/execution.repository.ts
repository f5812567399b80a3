import type { Transaction } from '@quillworks/database/connect'
import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, lt, or, sql, type SQL } from 'drizzle-orm'
import type { ExecutionStatus } from '../contract/status.ts'
import type { Page } from '../graphql/pages.ts'
import { attempts, type AttemptRow } from './attempt.table.ts'
import { events, type EventRow } from './event.table.ts'
import type { ShownExecution } from './execution.ts'
import { executions } from './execution.table.ts'
import { payloads } from './payload.table.ts'
import { steps, type StepRow } from './step.table.ts'

export interface ExecutionFilter {
  ids?: string[] | undefined
  kind?: string[] | undefined
  status?: ExecutionStatus[] | undefined
  sourceType?: string | undefined
  sourceId?: string | undefined
  track?: boolean | undefined
  createdBy?: string | undefined
  projectId?: string | undefined
  createdAfter?: Date | undefined
  createdBefore?: Date | undefined
}

/** Counting stops here. */
export const mostCounted = 10_000

const overdue = sql<boolean>`(${executions.status} = 'running' and ${executions.deadlineAt} is not null and ${executions.deadlineAt} <= now())`

const shown = { ...getTableColumns(executions), overdue: overdue.as('overdue') }

/** The first UUIDv7 of an instant. */
function firstIdAt(instant: Date): string {
  // An id has 48 bits of time, from 1970 on.
  const hex = Math.min(Math.max(instant.getTime(), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
    .padEnd(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function conditions(organizationId: string, filter: ExecutionFilter): SQL | undefined {
  const { ids, kind, status, sourceType, sourceId, track, createdBy, projectId } = filter
  return and(
    eq(executions.organizationId, organizationId),
    ids && inArray(executions.id, ids),
    kind && inArray(executions.kind, kind),
    status && statusCondition(status),
    sourceType === undefined ? undefined : eq(executions.sourceType, sourceType),
    sourceId === undefined ? undefined : eq(executions.sourceId, sourceId),
    track === undefined ? undefined : eq(executions.track, track),
    createdBy === undefined ? undefined : eq(executions.ownerId, createdBy),
    projectId === undefined ? undefined : eq(executions.projectId, projectId),
    filter.createdAfter && gte(executions.id, firstIdAt(filter.createdAfter)),
    filter.createdBefore && lt(executions.id, firstIdAt(filter.createdBefore)),
  )
}

/** An overdue execution counts as timed out and not as running. Written out, since only then does a partial index fit. */
function statusCondition(status: ExecutionStatus[]): SQL {
  const is = (one: ExecutionStatus) => sql`${executions.status} = ${sql.raw(`'${one}'`)}`
  const conditions = status.flatMap((one) => {
    if (one === 'running') return [sql`(${is(one)} and not ${overdue})`]
    return one === 'timed_out' ? [is(one), overdue] : [is(one)]
  })
  return conditions.length > 0 ? sql`(${sql.join(conditions, sql` or `)})` : sql`false`
}

export async function findExecutions(tx: Transaction, ids: readonly string[]): Promise<ShownExecution[]> {
  return tx
    .select(shown)
    .from(executions)
    .where(inArray(executions.id, [...ids]))
}

/** One row more than the page's limit; newest first, or from the end where the page is read backward. */
export async function listExecutions(
  tx: Transaction,
  organizationId: string,
  filter: ExecutionFilter,
  page: Page,
): Promise<ShownExecution[]> {
  return tx
    .select(shown)
    .from(executions)
    .where(
      and(
        conditions(organizationId, filter),
        page.after === null ? undefined : lt(executions.id, page.after),
        page.before === null ? undefined : gt(executions.id, page.before),
      ),
    )
    .orderBy(page.backward ? asc(executions.id) : desc(executions.id))
    .limit(page.limit + 1)
}

/** How many there are, `mostCounted + 1` for more than are counted. */
export async function countExecutions(
  tx: Transaction,
  organizationId: string,
  filter: ExecutionFilter,
): Promise<number> {
  const some = tx
    .select({ id: executions.id })
    .from(executions)
    .where(conditions(organizationId, filter))
    .limit(mostCounted + 1)
    .as('some')
  const [row] = await tx.select({ count: sql<string>`count(*)` }).from(some)
  return Number(row?.count ?? 0)
}

export async function findSteps(tx: Transaction, executionIds: readonly string[]): Promise<StepRow[]> {
  return tx
    .select()
    .from(steps)
    .where(inArray(steps.executionId, [...executionIds]))
    .orderBy(steps.executionId, steps.ordinal)
}

export async function pageOfSteps(tx: Transaction, executionId: string, page: Page): Promise<StepRow[]> {
  const { after, before, backward, limit } = page
  return tx
    .select()
    .from(steps)
    .where(
      and(
        eq(steps.executionId, executionId),
        after === null ? undefined : gt(steps.ordinal, Number(after)),
        before === null ? undefined : lt(steps.ordinal, Number(before)),
      ),
    )
    .orderBy(backward ? desc(steps.ordinal) : asc(steps.ordinal))
    .limit(limit + 1)
}

export async function findAttempts(tx: Transaction, executionIds: readonly string[]): Promise<AttemptRow[]> {
  return tx
    .select()
    .from(attempts)
    .where(inArray(attempts.executionId, [...executionIds]))
    .orderBy(attempts.executionId, attempts.stepKey, attempts.number)
}

export interface PayloadKey {
  executionId: string
  ref: string
}

export async function findPayloads(
  tx: Transaction,
  keys: readonly PayloadKey[],
): Promise<(PayloadKey & { body: unknown })[]> {
  const byExecution = Map.groupBy(keys, ({ executionId }) => executionId)
  const wanted = [...byExecution].map(([executionId, some]) =>
    and(
      eq(payloads.executionId, executionId),
      inArray(
        payloads.ref,
        some.map(({ ref }) => ref),
      ),
    ),
  )
  return tx
    .select({ executionId: payloads.executionId, ref: payloads.ref, body: payloads.body })
    .from(payloads)
    .where(or(...wanted))
}

export async function pageOfEvents(
  tx: Transaction,
  executionId: string,
  afterRevision: number,
  limit: number,
): Promise<EventRow[]> {
  return tx
    .select()
    .from(events)
    .where(and(eq(events.executionId, executionId), gt(events.revision, afterRevision)))
    .orderBy(asc(events.revision))
    .limit(limit + 1)
}

export interface UsageSum {
  inputTokens: number | null
  outputTokens: number | null
  cachedTokens: number | null
  costNanoUsd: bigint | null
  unknownAttempts: number
  unpricedAttempts: number
  timeToFirstTokenMs: number | null
}

/** What the executions that the caller can see have used, by their attempts' sums. */
export async function sumUsage(
  tx: Transaction,
  organizationId: string,
  filter: ExecutionFilter,
): Promise<UsageSum> {
  const [row] = await tx
    .select({
      inputTokens: sql<string | null>`sum(${executions.inputTokens})`,
      outputTokens: sql<string | null>`sum(${executions.outputTokens})`,
      cachedTokens: sql<string | null>`sum(${executions.cachedTokens})`,
      costNanoUsd: sql<string | null>`sum(${executions.costNanoUsd})`,
      unknownAttempts: sql<string>`coalesce(sum(${executions.unknownAttempts}), 0)`,
      unpricedAttempts: sql<string>`coalesce(sum(${executions.unpricedAttempts}), 0)`,
    })
    .from(executions)
    .where(conditions(organizationId, filter))
  const number = (text: string | null | undefined) => (text == null ? null : Number(text))
  return {
    inputTokens: number(row?.inputTokens),
    outputTokens: number(row?.outputTokens),
    cachedTokens: number(row?.cachedTokens),
    costNanoUsd: row?.costNanoUsd == null ? null : BigInt(row.costNanoUsd),
    unknownAttempts: Number(row?.unknownAttempts ?? 0),
    unpricedAttempts: Number(row?.unpricedAttempts ?? 0),
    timeToFirstTokenMs: null,
  }
}
