import { rolePassword, systemRole } from '@quillworks/database/roles'
import postgres from 'postgres'

/** What the database says with each registration and renewal. */
export interface Renewed {
  /** Milliseconds since 1970 by the database. */
  now: number
  /** Replicas with a lease besides this one. */
  others: number
}

/** What a replica asks of the database for its lease: a row, and a session lock that ends with its session. */
export interface LeaseStore {
  /** Takes a new lock and inserts the row. */
  register: (id: string) => Promise<Renewed>
  /** Holds the row for another lease; null when it is gone, or the lock belongs to somebody else. */
  renew: (id: string) => Promise<Renewed | null>
  remove: (id: string) => Promise<void>
  close: () => Promise<void>
}

export interface LeaseOptions {
  databaseUrl: string
  secret: string
  leaseMs: number
  /** The replica carries out one execution alone. */
  solo?: boolean
  /** The session has ended, and with it the lock. */
  onCut: () => void
}

/** The lease over a connection of its own, since a busy pool must not cost it. */
export function postgresLease({
  databaseUrl,
  secret,
  leaseMs,
  solo = false,
  onCut,
}: LeaseOptions): LeaseStore {
  const role = systemRole('executions')
  const statementMs = Math.max(1_000, Math.floor(leaseMs / 3))
  const sql = postgres(databaseUrl, {
    username: role,
    password: rolePassword(secret, role),
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    onnotice: () => {},
    onclose: onCut,
    connection: { application_name: 'executions-lease', statement_timeout: statementMs },
  })
  // Counted with each renewal; what its lock has left free is dead, and gone with the next sweep.
  const others = (id: string) => sql`(
    select count(*)::int from executions.replicas o where o.id <> ${id} and o.expires_at > clock_timestamp())`
  return {
    async register(id) {
      const lockKey = randomKey()
      const [row] = await sql<Renewed[]>`
        with locked as materialized (select pg_advisory_lock(${lockKey}::bigint)),
        registered as (
          insert into executions.replicas (id, lock_key, solo, expires_at)
          select ${id}, ${lockKey}::bigint, ${solo}::boolean, clock_timestamp() + ${leaseMs} * interval '1 millisecond'
          from locked returning id
        )
        select (extract(epoch from clock_timestamp()) * 1000)::float8 as now, ${others(id)} as others from registered`
      if (!row) throw new Error('The replica could not be registered.')
      return row
    },
    async renew(id) {
      const [row] = await sql<Renewed[]>`
        update executions.replicas set expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
        where id = ${id} and (
          exists (select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
            and (classid::bigint << 32 | objid::bigint) = lock_key)
          or pg_try_advisory_lock(lock_key))
        returning (extract(epoch from clock_timestamp()) * 1000)::float8 as now, ${others(id)} as others`
      return row ?? null
    },
    async remove(id) {
      await sql`delete from executions.replicas where id = ${id}`
    },
    close: () => sql.end({ timeout: 2 }),
  }
}

/** A lock key that no other replica has, positive so that its halves can be put together again in SQL. */
function randomKey(): string {
  const [value = 0n] = crypto.getRandomValues(new BigUint64Array(1))
  return String(value & 0x7fff_ffff_ffff_ffffn)
}
