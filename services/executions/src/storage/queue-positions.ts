import type { Sql } from '@quillworks/database/connect'
import { queueCountedTo } from '../contract/status.ts'

/**
 * How many turns away from being taken up each of an organization's queued executions is, by id: 1 is the next, and
 * `most + 1` anything further back than is counted. What has been taken up, or has ended, has none. Others' private
 * executions are ahead of one like any, so that this is read as the system; the ids are those that the asker may see.
 */
export async function queuePositions(
  sql: Sql,
  {
    organizationId,
    ids,
    most = queueCountedTo,
  }: { organizationId: string; ids: readonly string[]; most?: number },
): Promise<Map<string, number>> {
  const rows = await sql<{ id: string; position: number }[]>`
    with queue as (
      select id, row_number() over (order by wake_at, id)::integer as position from (
        select id, wake_at from executions.executions
        where replica_id is null and wake_at is not null and organization_id = ${organizationId} and wake_at <= now()
        order by wake_at, id limit ${most}
      ) due
    )
    select e.id, coalesce(queue.position, ${most + 1}::integer) as position
    from executions.executions e left join queue on queue.id = e.id
    where e.id = any(${[...ids]}::uuid[]) and e.organization_id = ${organizationId} and e.status = 'queued'
      and e.replica_id is null and e.wake_at is not null and e.wake_at <= now()`
  return new Map(rows.map(({ id, position }) => [id, position]))
}
