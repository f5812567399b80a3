import type { SimulatedDatabase } from './database.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { OutboxRow } from './tables.ts'

const batchSize = 500
/** JetStream forgets ids after so long, and lets a repeated one through. */
const dedupeMs = 120_000

interface RelayOptions {
  scheduler: Scheduler
  database: SimulatedDatabase
  faults: Faults
  random: Random
  busAway: () => boolean
  /** False where the consumer shall count what it has counted before. */
  inbox: boolean
}

const always = () => true

export interface Received {
  id: string
  executionId: string
  revision: number
  type: string
}

/**
 * The relay by its rules: a batch is published, then marked in the transaction that claimed it; what dies in between
 * publishes again. One consumer counts each event once, by an inbox in its own transaction.
 */
export class SimulatedRelay {
  /** Events by the consumer's inbox, in the order in which they were counted. */
  readonly counted: Received[] = []
  readonly published = new Map<string, number>()
  /** Deliveries under way. */
  pending = 0
  readonly inbox = new Set<string>()
  readonly #stream = new Map<string, number>()
  #busy = false
  readonly #options: RelayOptions

  constructor(options: RelayOptions) {
    this.#options = options
    const { scheduler } = options
    scheduler.after(scheduler.world, 1_000, () => this.kick(), 1_000)
  }

  /** Publishes what waits, after the commit that made it; the sweep comes by itself. */
  kick(): void {
    const { scheduler, random } = this.#options
    if (this.#busy) return
    this.#busy = true
    scheduler.after(scheduler.world, random.between(0.2, 2), () => {
      this.#busy = false
      this.#publishBatch()
    })
  }

  /** The stream's store is lost: what the outbox still holds is sent again. */
  loseStream(): void {
    const { database } = this.#options
    this.#stream.clear()
    for (const row of database.outbox) {
      if (row.publishedAt === null) continue
      row.publishedAt = null
      database.unpublished.push(row)
    }
    database.unpublished.sort((one, other) => (one.id < other.id ? -1 : 1))
    this.kick()
  }

  #publishBatch(): void {
    const { scheduler, database, faults, random, busAway } = this.#options
    if (database.away || busAway() || database.unpublished.length === 0) return
    const batch = database.unpublished.slice(0, batchSize)
    const sent = batch.filter(() => !faults.happens('event delayed', 0.02, always))
    for (const row of sent) this.#publish(row)
    if (faults.happens('relay crash between publish and mark', 0.03, always)) return this.kick()
    scheduler.after(scheduler.world, random.between(0.2, 2), () => {
      if (database.away) return this.kick()
      for (const row of sent) row.publishedAt = database.now()
      database.unpublished = database.unpublished.filter(({ publishedAt }) => publishedAt === null)
      if (database.unpublished.length > 0) this.kick()
    })
  }

  #publish(row: OutboxRow): void {
    const { scheduler, faults, random } = this.#options
    this.published.set(row.id, (this.published.get(row.id) ?? 0) + 1)
    const before = this.#stream.get(row.id)
    if (before !== undefined && scheduler.now - before < dedupeMs) return
    this.#stream.set(row.id, scheduler.now)
    const times = faults.happens('event duplicated', 0.05, always) ? random.int(2, 5) : 1
    for (let sent = 0; sent < times; sent += 1) {
      this.pending += 1
      const late = sent === 0 ? 0 : random.between(0, 3_000)
      scheduler.after(scheduler.world, random.between(0.2, 3) + late, () => this.#deliver(row))
    }
  }

  #deliver({ id, executionId, revision, type }: OutboxRow): void {
    this.pending -= 1
    if (this.#options.inbox && this.inbox.has(id)) return
    this.inbox.add(id)
    this.counted.push({ id, executionId, revision, type })
  }
}
