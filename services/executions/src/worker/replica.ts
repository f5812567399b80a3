import { rolePassword, systemRole } from '@quillworks/database/roles'
import { newId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import postgres from 'postgres'
import { DatabaseClock } from './clock.ts'

export interface ReplicaOptions {
  databaseUrl: string
  secret: string
  leaseMs: number
  logger: Logger
  /** The lease is gone: whatever this replica owned belongs to others now. It goes on under a new id. */
  onLost: () => void
  /** It lives on without the lease of this id, and only because a connection was cut. */
  onOutlived: (formerId: string) => void
}

/**
 * This process as the database knows it: a row with a lease, and a session advisory lock that the server frees the
 * moment the process dies. It has a connection of its own, since a busy pool must not cost the lease.
 */
export class Replica {
  id = newId()
  readonly clock = new DatabaseClock()
  readonly #options: ReplicaOptions
  readonly #sql: postgres.Sql
  #lockKey = randomKey()
  #renewedAt = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  #renewing: Promise<void> | undefined
  #stopped = false
  #liveReplicas = 1
  #cutAt = Number.NEGATIVE_INFINITY

  constructor(options: ReplicaOptions) {
    this.#options = options
    const role = systemRole('executions')
    const statementMs = Math.max(1_000, Math.floor(options.leaseMs / 3))
    this.#sql = postgres(options.databaseUrl, {
      username: role,
      password: rolePassword(options.secret, role),
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      onnotice: () => {},
      // The session's end has freed the lock: take it again before somebody calls this replica dead.
      onclose: () => {
        this.#cutAt = performance.now()
        this.#soon(50)
      },
      connection: { application_name: 'executions-lease', statement_timeout: statementMs },
    })
  }

  /** Registers and begins to renew. */
  async start(): Promise<void> {
    await this.#register()
    this.#soon(this.#options.leaseMs / 3)
  }

  /** True while the lease is fresh enough to begin an outside effect. */
  mayStartEffects(): boolean {
    return performance.now() - this.#renewedAt < (this.#options.leaseMs * 2) / 3
  }

  /** The lease's connection was cut of late: others may think that this process died, where it was not merely slow. */
  get #wasCut(): boolean {
    return performance.now() - this.#cutAt < 2 * this.leaseMs
  }

  /** Replicas with a lease, this one among them, as of its last renewal: limits over all of them are divided by it. */
  get liveReplicas(): number {
    return this.#liveReplicas
  }

  get leaseMs(): number {
    return this.#options.leaseMs
  }

  /** Throws while the lease is not fresh: this process then carries out nothing. */
  requireLease(): void {
    if (!this.mayStartEffects()) throw new Error('The lease has not been renewed.')
  }

  /** Gives the lease back. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#renewing
    await this.#sql`delete from executions.replicas where id = ${this.id}`.catch(() => undefined)
    await this.#sql.end({ timeout: 2 })
  }

  #soon(ms: number): void {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = undefined
      })
    }, ms)
  }

  async #register(): Promise<void> {
    const sentAt = performance.now()
    const [row] = await this.#sql<Renewed[]>`
      with locked as materialized (select pg_advisory_lock(${this.#lockKey}::bigint)),
      registered as (
        insert into executions.replicas (id, lock_key, expires_at)
        select ${this.id}, ${this.#lockKey}::bigint, clock_timestamp() + ${this.#options.leaseMs} * interval '1 millisecond'
        from locked returning id
      )
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as now, ${this.#others()} as others from registered`
    if (!row) throw new Error('The replica could not be registered.')
    this.#take(row, sentAt)
  }

  /** Counted with each renewal; what its lock has left free is dead, and gone with the next sweep. */
  #others() {
    return this.#sql`(
      select count(*)::int from executions.replicas o where o.id <> ${this.id} and o.expires_at > clock_timestamp())`
  }

  #take({ now, others }: Renewed, sentAt: number): void {
    this.clock.set(now, sentAt)
    this.#renewedAt = sentAt
    this.#liveReplicas = others + 1
  }

  async #renew(): Promise<void> {
    const { leaseMs, logger, onLost, onOutlived } = this.#options
    const sentAt = performance.now()
    try {
      const [row] = await this.#sql<Renewed[]>`
        update executions.replicas set expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
        where id = ${this.id} and (
          exists (select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
            and (classid::bigint << 32 | objid::bigint) = lock_key)
          or pg_try_advisory_lock(lock_key))
        returning (extract(epoch from clock_timestamp()) * 1000)::float8 as now, ${this.#others()} as others`
      if (row) {
        this.#take(row, sentAt)
        this.#soon(leaseMs / 3)
        return
      }
      logger.warn({ replica: this.id }, 'The lease was lost; going on as a new replica')
      onLost()
      if (this.#wasCut) onOutlived(this.id)
      this.id = newId()
      this.#lockKey = randomKey()
      await this.#register()
      this.#soon(leaseMs / 3)
    } catch (error) {
      if (this.#stopped) return
      logger.warn({ err: error }, 'The lease could not be renewed yet')
      if (performance.now() - this.#renewedAt > leaseMs) onLost()
      this.#soon(Math.min(500, leaseMs / 10))
    }
  }
}

interface Renewed {
  /** Milliseconds since 1970 by the database. */
  now: number
  others: number
}

/** A lock key that no other replica has, positive so that its halves can be put together again in SQL. */
function randomKey(): string {
  const [value = 0n] = crypto.getRandomValues(new BigUint64Array(1))
  return String(value & 0x7fff_ffff_ffff_ffffn)
}
