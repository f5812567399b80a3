import type { Sql } from '@quillworks/database/connect'

/**
 * Finds replicas whose lease has run out or whose session has ended (their advisory lock is free), and frees what they
 * owned. A death counts against an execution only with a step in flight and none ended since it was claimed.
 */
export async function sweepDeadReplicas(sql: Sql, selfId: string): Promise<number> {
  return sql.begin(async (tx) => {
    const dead = await tx<{ id: string }[]>`
      select id from executions.replicas
      where id <> ${selfId} and (expires_at < now() or pg_try_advisory_xact_lock(lock_key))
      order by id for update skip locked`
    if (dead.length === 0) return 0
    const ids = dead.map((row) => row.id)
    const freed = await tx`
      with orphans as (
        select id from executions.executions where replica_id = any(${ids}::uuid[]) order by id for update
      )
      update executions.executions e set replica_id = null, wake_at = now(),
        deaths = e.deaths + case when e.open_attempts > 0 and not e.step_ended then 1 else 0 end
      from orphans where e.id = orphans.id`
    await tx`delete from executions.replicas where id = any(${ids}::uuid[])`
    return freed.count
  })
}
