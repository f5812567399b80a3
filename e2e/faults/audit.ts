import type { FaultSystem } from '../support/fault-system.ts'
import { look, lookUntil } from './look.ts'

/**
 * X34: rows that are in a state for longer than that state may last, once everything has healed. Checked until it holds
 * for 60 seconds at most, since sweeps and relays have their own pace.
 */
export async function audit(system: FaultSystem): Promise<string[]> {
  const until = performance.now() + 60_000
  for (;;) {
    const stuck = await stuckRows(system)
    if (stuck.length === 0 || performance.now() > until) return stuck
    await Bun.sleep(500)
  }
}

async function stuckRows(system: FaultSystem): Promise<string[]> {
  const rows = await lookUntil(
    system,
    (sql) => sql<{ problem: string; id: string }[]>`
      select 'not at its end' as problem, id::text from executions.executions where status in ('queued', 'running')
      union all select 'owned by a replica that is gone', e.id::text from executions.executions e
        where replica_id is not null
          and not exists (select 1 from executions.replicas r where r.id = e.replica_id and r.expires_at > now())
      union all select 'ended with a wake-up or an owner', id::text from executions.executions
        where status in ('succeeded', 'failed', 'canceled', 'timed_out') and (wake_at is not null or replica_id is not null)
      union all select 'an attempt runs in an ended step', a.execution_id::text from executions.attempts a
        join executions.steps s on s.execution_id = a.execution_id and s.key = a.step_key
        where a.status = 'running' and s.status in ('succeeded', 'failed', 'canceled', 'timed_out', 'skipped')
      union all select 'a step goes on in an ended execution', s.execution_id::text from executions.steps s
        join executions.executions e on e.id = s.execution_id
        where e.status in ('succeeded', 'failed', 'canceled', 'timed_out')
          and s.status not in ('succeeded', 'failed', 'canceled', 'timed_out', 'skipped')
      union all select 'open attempts are miscounted', e.id::text from executions.executions e
        where open_attempts <> (select count(*) from executions.attempts a
          where a.execution_id = e.id and a.status = 'running')
      union all select 'a command was not looked at', id::text from executions.executions
        where command_seq > consumed_seq and status not in ('succeeded', 'failed', 'canceled', 'timed_out')
      union all select 'an event was not published', execution_id::text from executions.unpublished
      union all select 'a lease has expired', id::text from executions.replicas
        where expires_at < now() - interval '10 seconds'
      limit 20`,
  )
  return rows.map(({ problem, id }) => `X34 ${problem}: ${id}`)
}

/** Leases, unfinished work and what is not published, for whoever has to find out why nothing goes on. */
export async function dump(system: FaultSystem): Promise<string> {
  const seen = await look(system, async (sql) => ({
    replicas: await sql`select id, expires_at - now() as left from executions.replicas`,
    unfinished: await sql`
      select id, status, revision, replica_id, fence, wake_at - now() as wakes, open_attempts, deaths,
        deadline_at - now() as deadline, command_seq, consumed_seq
      from executions.executions where status in ('queued', 'running') limit 10`,
    unpublished: await sql`
      select count(*)::int as waiting, now() - min(created_at) as oldest from executions.unpublished`,
    sessions: await sql`
      select application_name, state, wait_event_type, left(query, 80) as query, now() - query_start as since
      from pg_stat_activity where application_name like 'executions%' and state <> 'idle'`,
  }))
  const consumers = await system.nats
    .jetstreamManager()
    .then((manager) => manager.streams.info('EVENTS'))
    .then(
      ({ state }) => state,
      (error: unknown) => String(error),
    )
  const ready = await Promise.all(
    [...system.parts.values()].map(async ({ process }) => `${process.name}: ${await process.isReady()}`),
  )
  return JSON.stringify({ ready, stream: consumers, ...seen }, null, 1)
}
