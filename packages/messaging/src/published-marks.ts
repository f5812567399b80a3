import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import type { OutboxStore } from './outbox-store.ts'

const gatherMs = 20
const mostMarks = 1_000

/** Notes in the outbox which entries the stream has taken, many at a time: one that is not noted is sent again. */
export class PublishedMarks {
  readonly #database: Database
  readonly #outbox: OutboxStore
  readonly #logger: Logger
  #acknowledged: string[] = []
  #writing: Promise<void> | undefined
  #beingWritten: string[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: { database: Database; outbox: OutboxStore; logger: Logger }) {
    this.#database = options.database
    this.#outbox = options.outbox
    this.#logger = options.logger
  }

  /** Entries that the stream has taken, though the outbox does not say so yet. */
  get waiting(): string[] {
    return [...this.#acknowledged, ...this.#beingWritten]
  }

  add(key: string): void {
    this.#acknowledged.push(key)
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs)
  }

  /** Resolves when what has been added so far is written, or has failed to be. */
  async written(): Promise<void> {
    this.#flush()
    await this.#writing
    this.#flush()
    await this.#writing
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#writing || this.#acknowledged.length === 0) return
    this.#beingWritten = this.#acknowledged.splice(0, mostMarks)
    this.#writing = this.#write(this.#beingWritten).finally(() => {
      this.#writing = undefined
      this.#beingWritten = []
      if (this.#acknowledged.length > 0) this.#timer ??= setTimeout(() => this.#flush(), gatherMs)
    })
  }

  async #write(keys: string[]): Promise<void> {
    try {
      await this.#database.run(({ sql }) => this.#outbox.note(sql, keys))
    } catch (error) {
      this.#logger.warn({ err: error }, 'Published events could not be marked; they are sent again')
    }
  }
}
