import { newId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import type { SoloSetting } from '../config.ts'
import type { SoloChild } from './solo-child.ts'

/** What the runner asks of the database. */
export interface SoloStorage {
  /** Due executions that are to run alone; others leave them for `forMs`, in which the child claims its own. */
  reserve: (request: { limit: number; forMs: number }) => Promise<string[]>
  /** The replica died: frees what it owned, and counts that death. */
  bury: (replicaId: string) => Promise<void>
}

/** Children at the same time; each is a process of its own with its connections. */
const mostChildren = 2
const reserveMs = 15_000

export interface SoloRunnerOptions {
  storage: SoloStorage
  logger: Logger
  start: (setting: SoloSetting) => SoloChild
  /** A child is gone: what it left may be due. */
  onEnded: () => void
}

/** Runs executions that have ended two processes each in a child, so that the third death ends nobody else's work. */
export class SoloRunner {
  readonly #children = new Map<string, SoloChild>()
  readonly #options: SoloRunnerOptions
  #stopped = false

  constructor(options: SoloRunnerOptions) {
    this.#options = options
  }

  /** Starts children for what is due, as far as there is room. */
  async look(): Promise<void> {
    const limit = mostChildren - this.#children.size
    if (limit <= 0 || this.#stopped) return
    for (const id of await this.#options.storage.reserve({ limit, forMs: reserveMs })) {
      if (!this.#children.has(id) && !this.#stopped) void this.#run(id)
    }
  }

  /** Stops all children; what they own is given back. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#children.values()].map((child) => child.stop()))
  }

  async #run(executionId: string): Promise<void> {
    const { storage, logger, start, onEnded } = this.#options
    const replicaId = newId()
    try {
      const child = start({ executionId, replicaId })
      this.#children.set(executionId, child)
      if (!(await child.ended)) {
        logger.warn({ execution: executionId }, 'An execution ended the process that ran it alone')
        await storage.bury(replicaId)
      }
    } catch (error) {
      // The next sweep finds that its lease is gone.
      logger.warn({ err: error, execution: executionId }, 'An execution could not be run alone')
    } finally {
      this.#children.delete(executionId)
      onEnded()
    }
  }
}
