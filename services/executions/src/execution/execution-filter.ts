import { firstIdOf } from '@quillworks/service-kit/ids'
import { and, between, eq, gte, inArray, lt, lte, sql, type AnyColumn, type SQL } from 'drizzle-orm'
import type { WaitKind } from '../contract/events.ts'
import type { ExecutionStatus } from '../contract/status.ts'
import { executions } from './execution.table.ts'
import { steps } from './step.table.ts'

/** Which executions a list is of; what is undefined does not limit. */
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
  /** What those that wait are waiting for. */
  waitingFor?: WaitKind[] | undefined
  trigger?: string[] | undefined
  /** A step has asked this model. */
  model?: string | undefined
  /** Stands somewhere in the name, in capitals or not. */
  text?: string | undefined
  /** Ids from the first to the second: those that begin as was asked for. */
  idsFromTo?: [string, string] | undefined
  /** Bounds of what is known to have been spent, in nano-dollars. */
  costFrom?: number | undefined
  costTo?: number | undefined
}

export const overdue = sql<boolean>`(${executions.status} = 'running' and ${executions.deadlineAt} is not null and ${executions.deadlineAt} <= now())`

/** What is known to have been spent: as it is told, null where that is unknown. */
const cost = sql`coalesce(${executions.costNanoUsd}, case when ${executions.unknownAttempts} + ${executions.unpricedAttempts} = 0 then 0 end)`

/** Dates, and beginnings of ids, limit ids, which every index of a list ends with. */
export function within(
  { createdAfter, createdBefore, idsFromTo }: ExecutionFilter,
  id: AnyColumn = executions.id,
): SQL | undefined {
  return and(
    createdAfter && gte(id, firstIdOf(createdAfter.getTime())),
    createdBefore && lt(id, firstIdOf(createdBefore.getTime())),
    idsFromTo && between(id, ...idsFromTo),
  )
}

/** All that the filter asks of a row. */
export function conditions(organizationId: string, filter: ExecutionFilter): SQL | undefined {
  const { ids, kind, status, sourceType, sourceId, track, createdBy, projectId } = filter
  const { waitingFor, trigger, model, text, costFrom, costTo } = filter
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
    waitingFor && and(eq(executions.status, 'waiting'), inArray(executions.waitingFor, waitingFor)),
    trigger && inArray(executions.trigger, trigger),
    model === undefined ? undefined : hasAsked(model),
    text === undefined ? undefined : sql`${executions.name} ilike ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`,
    costFrom === undefined ? undefined : gte(cost, sql`${costFrom}::bigint`),
    costTo === undefined ? undefined : lte(cost, sql`${costTo}::bigint`),
    within(filter),
  )
}

const hasAsked = (model: string) =>
  sql`exists (select from ${steps} where ${steps.executionId} = ${executions.id} and ${steps.model} = ${model})`

/** Written out, since only then does a partial index fit. */
export const hasStatus = (status: ExecutionStatus) => sql`${executions.status} = ${sql.raw(`'${status}'`)}`

/** An overdue execution counts as timed out and not as running. */
function statusCondition(status: ExecutionStatus[]): SQL {
  const any = status.flatMap((one) => {
    if (one === 'running') return [sql`(${hasStatus(one)} and not ${overdue})`]
    return one === 'timed_out' ? [hasStatus(one), overdue] : [hasStatus(one)]
  })
  return any.length > 0 ? sql`(${sql.join(any, sql` or `)})` : sql`false`
}
