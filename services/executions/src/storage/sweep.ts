import type { Sql } from '@quillworks/database/connect'

/**
 * Finds replicas whose lease has run out or whose session has ended (their advisory lock is free), and frees what they
 * owned. A death counts against an execution only with a step in flight and none ended since it was claimed. With
 * `judgeAt` deaths it may be claimed, and judged, only after `judgeInMs`: until then a replica that merely lost its
 * connections can say that it lived on.
 */
export async function sweepDeadReplicas(
  sql: Sql,
  { selfId, judgeAt, judgeInMs }: { selfId: string; judgeAt: number; judgeInMs: number },
): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`
      delete from executions.replicas where id in (
        select id from executions.replicas
        where id <> ${selfId} and (expires_at < now() or pg_try_advisory_xact_lock(lock_key))
        order by id for update skip locked
      )`
    // Not by the ids just deleted: a replica that does not know yet that it was swept may have claimed once more.
    const freed = await tx`
      with orphans as (
        select e.id, e.deaths + case when e.open_attempts > 0 and not e.step_ended then 1 else 0 end as deaths
        from executions.executions e
        where e.replica_id is not null and not exists (select 1 from executions.replicas r where r.id = e.replica_id)
        order by e.id for update of e skip locked
      )
      update executions.executions e set replica_id = null, deaths = orphans.deaths,
        wake_at = now() + case when orphans.deaths >= ${judgeAt} then ${judgeInMs} else 0 end * interval '1 millisecond'
      from orphans where e.id = orphans.id`
    return freed.count
  })
}

/** These were in flight in a process that lived on when its connections were cut: they have killed nobody. */
export async function absolve(sql: Sql, ids: string[]): Promise<void> {
  await sql`
    update executions.executions set deaths = 0,
      wake_at = case when replica_id is null and status <> 'waiting' then least(wake_at, now()) else wake_at end
    where id = any(${ids}::uuid[]) and deaths > 0 and status in ('queued', 'running', 'waiting')`
}
