import type { Sql } from '@quillworks/database/connect'

/**
 * Finds replicas whose lease has run out or whose session has ended (their advisory lock is free), and frees what they
 * owned. A death counts against an execution only with a step in flight and none ended since it was claimed.
 */
export async function sweepDeadReplicas(sql: Sql, selfId: string): Promise<number> {
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
        select e.id from executions.executions e
        where e.replica_id is not null and not exists (select 1 from executions.replicas r where r.id = e.replica_id)
        order by e.id for update of e skip locked
      )
      update executions.executions e set replica_id = null, wake_at = now(),
        deaths = e.deaths + case when e.open_attempts > 0 and not e.step_ended then 1 else 0 end
      from orphans where e.id = orphans.id`
    return freed.count
  })
}
