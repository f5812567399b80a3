import type { Sql } from '@quillworks/database/connect'
import type { ClaimRequest } from '../engine/storage.ts'

/**
 * Takes due executions: the first of each organization, then the second of each, and so on, so that one with
 * thousands waiting holds up nobody. Organizations are found by skipping along the index of what is claimable. A replica
 * without a row has been swept, though it may not know it yet: it takes nothing, for that would count as a death.
 */
export async function claim(sql: Sql, request: ClaimRequest): Promise<string[]> {
  const { replicaId, limit, perOrganization, planVersions, stepKinds, leaveSolo = false } = request
  if (request.only !== undefined) return claimOnly(sql, replicaId, request.only)
  if (limit <= 0) return []
  const rows = await sql<{ id: string }[]>`
    with recursive organizations as (
      (select organization_id from executions.executions
        where replica_id is null and wake_at is not null order by organization_id limit 1)
      union all
      select (select e.organization_id from executions.executions e
        where e.replica_id is null and e.wake_at is not null and e.organization_id > o.organization_id
        order by e.organization_id limit 1)
      from organizations o where o.organization_id is not null
    ),
    due as (
      select d.id, d.turn, d.wake_at from organizations o cross join lateral (
        select e.id, e.wake_at, row_number() over (order by e.wake_at) as turn from (
          select id, wake_at from executions.executions
          where replica_id is null and wake_at is not null and organization_id = o.organization_id and wake_at <= now()
            and plan_version = any(${planVersions}::integer[]) and step_kinds <@ ${stepKinds}::text[]
            and not (${leaveSolo}::boolean and deaths = 2)
          order by wake_at
          limit least(${limit}::integer, greatest(0, ${perOrganization}::integer - (
            select count(*) from executions.executions where replica_id is not null and organization_id = o.organization_id
          )))
        ) e
      ) d
      where o.organization_id is not null
    ),
    chosen as (
      select id from executions.executions
      where id in (select id from due order by turn, wake_at limit ${limit}) and replica_id is null and wake_at is not null
        and exists (select 1 from executions.replicas where id = ${replicaId})
      for update skip locked
    )
    update executions.executions e set replica_id = ${replicaId}, fence = e.fence + 1, wake_at = null, step_ended = false
    from chosen where e.id = chosen.id returning e.id`
  return rows.map((row) => row.id)
}

async function claimOnly(sql: Sql, replicaId: string, id: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    update executions.executions set replica_id = ${replicaId}, fence = fence + 1, wake_at = null, step_ended = false
    where id = ${id} and replica_id is null and wake_at is not null
      and exists (select 1 from executions.replicas where id = ${replicaId})
    returning id`
  return rows.map((row) => row.id)
}

/** Gives executions back, to be claimed by anybody at once. */
export async function release(
  sql: Sql,
  { replicaId, ids }: { replicaId: string; ids: string[] },
): Promise<void> {
  if (ids.length === 0) return
  await sql`
    update executions.executions set replica_id = null,
      wake_at = case when status in ('queued', 'running') or command_seq > consumed_seq then now() else waiting_until end
    where id = any(${ids}::uuid[]) and replica_id = ${replicaId}`
}

/** What the replica owns, and whether commands wait there. */
export async function ownedBy(
  sql: Sql,
  replicaId: string,
): Promise<{ id: string; commandsWaiting: boolean }[]> {
  const rows = await sql<{ id: string; waiting: boolean }[]>`
    select id, command_seq > consumed_seq as waiting from executions.executions where replica_id = ${replicaId}`
  return rows.map(({ id, waiting }) => ({ id, commandsWaiting: waiting }))
}

/** Notes that commands up to `seq` were looked at and changed nothing. */
export async function consume(
  sql: Sql,
  {
    executionId,
    replicaId,
    fence,
    seq,
  }: { executionId: string; replicaId: string; fence: number; seq: number },
): Promise<void> {
  await sql`
    update executions.executions set consumed_seq = greatest(consumed_seq, ${seq})
    where id = ${executionId} and replica_id = ${replicaId} and fence = ${fence}`
}
