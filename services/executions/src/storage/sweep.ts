import type { Sql } from '@quillworks/database/connect'

/**
 * Finds replicas whose lease has run out or whose session has ended (their advisory lock is free), and frees what they
 * owned. A death counts against an execution only with a step in flight and none ended since it was claimed. The death
 * that makes `judgeAt` of them counts only after `judgeInMs`, and until then the execution stays with its replica: if
 * that merely lost its connections, it says so by `absolve`. Ids of replicas alone can tell, since an owner need not
 * know what it owns: the answer to a claim or a commit may have been lost.
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
      ),
      judged as (
        select e.id, orphans.deaths, orphans.deaths < ${judgeAt} or coalesce(e.wake_at <= now(), false) as free
        from orphans join executions.executions e on e.id = orphans.id
      )
      update executions.executions e set replica_id = case when free then null else e.replica_id end,
        deaths = case when free then judged.deaths else e.deaths end,
        wake_at = case when free then now()
          else coalesce(e.wake_at, now() + ${judgeInMs} * interval '1 millisecond') end
      from judged where e.id = judged.id and (free or e.wake_at is null)`
    return freed.count
  })
}

/** These replicas lived on without their lease: frees what they owned, which has killed nobody. */
export async function absolve(sql: Sql, replicaIds: string[]): Promise<void> {
  await sql`
    update executions.executions set deaths = 0, replica_id = null,
      wake_at = case when status in ('queued', 'running') or command_seq > consumed_seq then now() else waiting_until end
    where replica_id = any(${replicaIds}::uuid[])`
}
