import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'

const gatherMs = 20
const mostMarks = 1_000

/** Notes in the outbox which events the stream has taken, many rows at a time: one that is not noted is sent again. */
export class PublishedMarks {
  readonly #database: Database
  readonly #outbox: string
  readonly #logger: Logger
  #acknowledged: string[] = []
  #writing: Promise<void> | undefined
  #beingWritten: string[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: { database: Database; outbox: string; logger: Logger }) {
    this.#database = options.database
    this.#outbox = options.outbox
    this.#logger = options.logger
  }

  /** Events that the stream has taken, though their rows do not say so yet. */
  get waiting(): string[] {
    return [...this.#acknowledged, ...this.#beingWritten]
  }

  add(id: string): void {
    this.#acknowledged.push(id)
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

  async #write(ids: string[]): Promise<void> {
    try {
      await this.#database.run(
        ({ sql }) => sql`update ${sql(this.#outbox)} set published_at = now() where id = any(${ids}::uuid[])`,
      )
    } catch (error) {
      this.#logger.warn({ err: error }, 'Published events could not be marked; they are sent again')
    }
  }
}
