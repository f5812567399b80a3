import { newId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import { DatabaseClock } from './clock.ts'
import { postgresLease, type LeaseStore, type Renewed } from './lease.ts'

export interface ReplicaOptions {
  databaseUrl: string
  secret: string
  leaseMs: number
  logger: Logger
  /** The lease is gone: whatever this replica owned belongs to others now. It goes on under a new id. */
  onLost: () => void
  /** It lives on without the lease of this id, and only because a connection was cut. */
  onOutlived: (formerId: string) => void
  /** The id to begin with; with one, the replica carries out one execution alone. */
  soloId?: string | undefined
  /** Where the lease is kept: in Postgres unless told otherwise. */
  openLease?: typeof postgresLease
}

/**
 * This process as the database knows it: a row with a lease, and a session advisory lock that the server frees the
 * moment the process dies.
 */
export class Replica {
  id: string
  readonly clock = new DatabaseClock()
  readonly #options: ReplicaOptions
  readonly #lease: LeaseStore
  #renewedAt = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  #renewing: Promise<void> | undefined
  #stopped = false
  #liveReplicas = 1
  #cutAt = Number.NEGATIVE_INFINITY

  constructor(options: ReplicaOptions) {
    this.#options = options
    const { databaseUrl, secret, leaseMs, soloId, openLease = postgresLease } = options
    this.id = soloId ?? newId()
    // The session's end has freed the lock: take it again before somebody calls this replica dead.
    const onCut = () => {
      this.#cutAt = performance.now()
      this.#soon(50)
    }
    this.#lease = openLease({ databaseUrl, secret, leaseMs, solo: soloId !== undefined, onCut })
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
    await this.#lease.remove(this.id).catch(() => undefined)
    await this.#lease.close()
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
    this.#take(await this.#lease.register(this.id), sentAt)
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
      const row = await this.#lease.renew(this.id)
      if (row) {
        this.#take(row, sentAt)
        this.#soon(leaseMs / 3)
        return
      }
      logger.warn({ replica: this.id }, 'The lease was lost; going on as a new replica')
      onLost()
      if (this.#wasCut) onOutlived(this.id)
      this.id = newId()
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
