import type { Logger } from '@quillworks/service-kit/logger'
import type { CommitMember, EngineStorage } from '../engine/storage.ts'
import { isRefusal } from '../storage/refusal.ts'

export type CommitOutcome =
  | { result: 'written' }
  /** Somebody else wrote meanwhile, or owns it: reload. */
  | { result: 'refused' }
  /** The database will never take it. */
  | { result: 'rejected'; message: string }

interface Waiting {
  member: CommitMember
  settle: (outcome: CommitOutcome) => void
}

const mostMembers = 200
/** While Postgres writes one, the next is put together: neither waits for the other. */
const mostUnderWay = 2

/**
 * While commits are in flight the next gathers, over all executions of the replica. After an error of the connection
 * the same batch is sent again: its fences and revisions make it count once, and a member that had been written is
 * refused the second time, where its owner recognizes its own `commitId`.
 */
export class GroupCommit {
  #queue: Waiting[] = []
  #underWay = 0
  #stopped = false
  readonly #storage: Pick<EngineStorage, 'commit'>
  readonly #logger: Logger

  constructor(options: { storage: Pick<EngineStorage, 'commit'>; logger: Logger }) {
    this.#storage = options.storage
    this.#logger = options.logger
  }

  submit(member: CommitMember): Promise<CommitOutcome> {
    return new Promise((settle) => {
      this.#queue.push({ member, settle })
      if (this.#underWay < mostUnderWay) void this.#drain()
    })
  }

  /** Gives up on what cannot be written; the process is about to end. */
  stop(): void {
    this.#stopped = true
  }

  async #drain(): Promise<void> {
    this.#underWay += 1
    // Inputs that arrive in the same turn of the event loop share the first commit.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, mostMembers)
      await this.#write(batch)
    }
    this.#underWay -= 1
  }

  async #write(batch: Waiting[]): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        const written = await this.#storage.commit(batch.map(({ member }) => member))
        for (const { member, settle } of batch) {
          settle({ result: written.has(member.projection.after.id) ? 'written' : 'refused' })
        }
        return
      } catch (error) {
        if (isRefusal(error)) return this.#halve(batch, error)
        if (this.#stopped) {
          for (const { settle } of batch) settle({ result: 'refused' })
          return
        }
        this.#logger.warn({ err: error, members: batch.length }, 'A commit is sent again')
        await new Promise((resolve) => setTimeout(resolve, Math.min(2_000, 50 * 2 ** tries)))
      }
    }
  }

  async #halve(batch: Waiting[], error: Error): Promise<void> {
    const [only] = batch
    if (batch.length === 1 && only) {
      this.#logger.error(
        { err: error, execution: only.member.projection.after.id },
        'The database refused a commit',
      )
      only.settle({ result: 'rejected', message: error.message })
      return
    }
    const middle = Math.ceil(batch.length / 2)
    await this.#write(batch.slice(0, middle))
    await this.#write(batch.slice(middle))
  }
}
