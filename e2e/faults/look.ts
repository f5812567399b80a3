import postgres from 'postgres'
import type { FaultSystem } from '../support/fault-system.ts'

type Sql = FaultSystem['sql']

/** A question that no waiting would answer: data or syntax that Postgres does not take. */
const isMistake = (error: unknown) => error instanceof postgres.PostgresError && /^(22|42)/.test(error.code)

/** Looks at the database, past every proxy; undefined while it is away. */
export async function look<T>(system: FaultSystem, read: (sql: Sql) => Promise<T>): Promise<T | undefined> {
  const late = Bun.sleep(4_000).then(() => undefined)
  const answer = read(system.sql).catch((error: unknown) => {
    if (isMistake(error)) throw error
    return undefined
  })
  return Promise.race([answer, late])
}

/** The same, again until the database answers. */
export async function lookUntil<T>(system: FaultSystem, read: (sql: Sql) => Promise<T>): Promise<T> {
  for (;;) {
    const seen = await look(system, async (sql) => ({ value: await read(sql) }))
    if (seen) return seen.value
    await Bun.sleep(100)
  }
}

/** The ids by which the replica of this process is known: its session holds the lock of its row. */
export async function replicaOf(system: FaultSystem, name: string): Promise<string | undefined> {
  const ports = system
    .part(name)
    .postgres.connections()
    .flatMap(({ upstreamPort }) => upstreamPort ?? [])
  const rows = await look(
    system,
    (sql) => sql<{ id: string }[]>`
      select r.id from executions.replicas r
      join pg_locks l on l.locktype = 'advisory' and l.granted
        and (l.classid::bigint << 32 | l.objid::bigint) = r.lock_key
      join pg_stat_activity a on a.pid = l.pid
      where a.client_port = any(${ports}::int[])`,
  )
  return rows?.[0]?.id
}

/** Attempts under way at this moment, of one replica or of all. */
export async function attemptsInFlight(system: FaultSystem, replicaId?: string): Promise<number> {
  const rows = await look(
    system,
    (sql) => sql<{ count: number }[]>`
      select count(*)::int as count from executions.executions
      where open_attempts > 0 and status = 'running' and replica_id is not null
        and (${replicaId ?? null}::uuid is null or replica_id = ${replicaId ?? null}::uuid)`,
  )
  return rows?.[0]?.count ?? 0
}
