import type { Database } from '@quillworks/database/connect'
import type { PartialText } from '../engine/storage.ts'
import { storePartials } from './payloads.ts'
import { isRefusal } from './refusal.ts'

interface Waiting {
  partial: PartialText
  resolve: () => void
  reject: (error: unknown) => void
}

/** Texts that are due at about the same time are written by one statement: each of its own would cost a commit. */
const gatherMs = 5
/** In characters, for one statement. */
const mostText = 1024 * 1024

/** Stores the texts of attempts in flight, those of many streams together. */
export class GroupPartials {
  readonly #database: Pick<Database, 'run'>
  #queue: Waiting[] = []

  constructor(database: Pick<Database, 'run'>) {
    this.#database = database
  }

  store(partial: PartialText): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length === 0) setTimeout(() => this.#flush(), gatherMs)
      this.#queue.push({ partial, resolve, reject })
    })
  }

  #flush(): void {
    const all = this.#queue.splice(0)
    let from = 0
    let size = 0
    all.forEach(({ partial: { text } }, at) => {
      if (size > 0 && size + text.length > mostText) {
        void this.#write(all.slice(from, at))
        from = at
        size = 0
      }
      size += text.length
    })
    void this.#write(all.slice(from))
  }

  async #write(batch: Waiting[]): Promise<void> {
    try {
      await this.#database.run(({ sql }) =>
        storePartials(
          sql,
          batch.map(({ partial }) => partial),
        ),
      )
      for (const { resolve } of batch) resolve()
    } catch (error) {
      // One that the database will not take must not keep the others from being stored.
      if (isRefusal(error) && batch.length > 1) for (const each of batch) await this.#write([each])
      else for (const { reject } of batch) reject(error)
    }
  }
}
