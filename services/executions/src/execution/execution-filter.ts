import { firstIdOf } from '@quillworks/service-kit/ids'
import { and, eq, gte, inArray, lt, sql, type SQL } from 'drizzle-orm'
import type { ExecutionStatus } from '../contract/status.ts'
import { executions } from './execution.table.ts'

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
}

export const overdue = sql<boolean>`(${executions.status} = 'running' and ${executions.deadlineAt} is not null and ${executions.deadlineAt} <= now())`

/** Dates limit ids, which every index of a list ends with. */
export function within({ createdAfter, createdBefore }: ExecutionFilter): SQL | undefined {
  return and(
    createdAfter && gte(executions.id, firstIdOf(createdAfter.getTime())),
    createdBefore && lt(executions.id, firstIdOf(createdBefore.getTime())),
  )
}

/** All that the filter asks of a row. */
export function conditions(organizationId: string, filter: ExecutionFilter): SQL | undefined {
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
    within(filter),
  )
}

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
