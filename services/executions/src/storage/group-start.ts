import type { Database } from '@quillworks/database/connect'
import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import { insertExecutions, type ExecutionInsert } from './insert-execution.ts'
import { isRefusal } from './refusal.ts'

interface Waiting {
  insert: ExecutionInsert
  resolve: (inserted: boolean) => void
  reject: (error: unknown) => void
}

const mostMembers = 100

/** Stores new executions: while one statement is in flight the next gathers, as with commits. */
export class GroupStart {
  readonly #database: Database
  readonly #publish: ((entries: OutboxEntry[]) => void) | undefined
  #queue: Waiting[] = []
  #busy = false

  constructor(database: Database, publish?: (entries: OutboxEntry[]) => void) {
    this.#database = database
    this.#publish = publish
  }

  /** True when it was inserted, false when its id is taken; throws what the database says of this one. */
  submit(insert: ExecutionInsert): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ insert, resolve, reject })
      if (!this.#busy) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#busy = true
    // Requests that arrive in the same turn of the event loop share the first statement.
    await Promise.resolve()
    while (this.#queue.length > 0) await this.#write(this.#next())
    this.#busy = false
  }

  /** The same id twice waits for the next statement, where it finds the first. */
  #next(): Waiting[] {
    const ids = new Set<string>()
    const batch: Waiting[] = []
    const later: Waiting[] = []
    for (const waiting of this.#queue) {
      const { id } = waiting.insert.projection.after
      const fits = batch.length < mostMembers && !ids.has(id)
      ids.add(id)
      ;(fits ? batch : later).push(waiting)
    }
    this.#queue = later
    return batch
  }

  async #write(batch: Waiting[]): Promise<void> {
    try {
      const inserted = await this.#database.run(({ sql }) =>
        insertExecutions(
          sql,
          batch.map(({ insert }) => insert),
          this.#publish,
        ),
      )
      for (const { insert, resolve } of batch) resolve(inserted.has(insert.projection.after.id))
    } catch (error) {
      if (batch.length === 1 || !isRefusal(error)) {
        for (const { reject } of batch) reject(error)
        return
      }
      const middle = Math.ceil(batch.length / 2)
      await this.#write(batch.slice(0, middle))
      await this.#write(batch.slice(middle))
    }
  }
}
