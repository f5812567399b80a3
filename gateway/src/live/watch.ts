import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import type { Identity } from '@quillworks/service-kit/identity'
import { requireIdentity } from '../context.ts'
import type { BoundedQueue } from './bounded-queue.ts'
import type { ExecutionReader, Reader } from './execution-reader.ts'
import type { Topics } from './topics.ts'

/** One subscription that must not fall behind what is stored, nor outlive its reader's rights. */
export interface Watcher {
  context: Reader
  queue: Pick<BoundedQueue<unknown>, 'fail' | 'onClose'>
  /** What it follows, with the newest revision that it has seen. */
  revisions: () => Map<string, number>
  /** Called for an id that is stored at a newer revision, or after a reconnect for all (`revision` undefined). */
  onBehind: (id: string) => void
  /** Called for an id that can no longer be seen. */
  onGone?: (id: string) => void
}

export interface WatchIntervals {
  /** Between comparisons of all watched revisions, in milliseconds. */
  compareMs: number
  /** Between checks of who still may read, in milliseconds. */
  accessMs: number
}
export const watchIntervals: WatchIntervals = { compareMs: 15_000, accessMs: 5_000 }
const batchSize = 200

/** Compares what all subscriptions have seen with what is stored: one question per reader and 200 ids. */
export function createWatch(input: {
  reader: ExecutionReader
  topics: Topics
  logger: Logger
  intervals?: WatchIntervals
}) {
  const { reader, topics, logger } = input
  const intervals = input.intervals ?? watchIntervals
  const watchers = new Set<Watcher>()

  async function compareFor(group: Watcher[]): Promise<void> {
    const [first] = group
    if (!first) return
    const ids = [...new Set(group.flatMap((watcher) => [...watcher.revisions().keys()]))]
    for (let from = 0; from < ids.length; from += batchSize) {
      const asked = ids.slice(from, from + batchSize)
      const stored = await reader.revisions(first.context, asked)
      for (const watcher of group) {
        for (const [id, seen] of watcher.revisions()) {
          if (!asked.includes(id)) continue
          const revision = stored.get(id)
          if (revision === undefined) watcher.onGone?.(id)
          else if (revision > seen) watcher.onBehind(id)
        }
      }
    }
  }

  function compareAll(): void {
    const groups = Map.groupBy(watchers, ({ context }) => JSON.stringify(requireIdentity(context)))
    for (const group of groups.values()) {
      compareFor(group).catch((error: unknown) =>
        logger.warn({ err: error }, 'Revisions could not be compared'),
      )
    }
  }

  async function checkAccess(watcher: Watcher): Promise<void> {
    const before = requireIdentity(watcher.context)
    try {
      const now = await watcher.context.reauthenticate()
      if (now?.organizationId === before.organizationId && now.role === before.role) return
    } catch (error) {
      // Only a clear no ends a stream: a database that is away for a moment says nothing about rights.
      if (!(error instanceof AppError) || !/^(auth|organization|project)\./.test(error.code)) return
    }
    watcher.queue.fail(
      new AppError('auth.unauthenticated', 'Your access has changed. Sign in and subscribe again.'),
    )
  }

  let ending = false
  let timers: ReturnType<typeof setInterval>[] = []
  let stopListening: () => void = () => {}
  function start(): void {
    const checkAll = () => watchers.forEach((watcher) => void checkAccess(watcher))
    timers = [setInterval(compareAll, intervals.compareMs), setInterval(checkAll, intervals.accessMs)]
    stopListening = topics.onReconnect(compareAll)
  }
  function stop(): void {
    timers.forEach(clearInterval)
    stopListening()
  }

  return {
    add(watcher: Watcher): void {
      if (ending) return watcher.queue.fail(restarting())
      if (watchers.size === 0) start()
      watchers.add(watcher)
      watcher.queue.onClose(() => {
        if (watchers.delete(watcher) && watchers.size === 0) stop()
      })
    },
    size: () => watchers.size,
    /** Checks at once who still may read, of those whose rights may have changed. */
    recheck(touched: (identity: Identity) => boolean): void {
      for (const watcher of watchers) if (touched(requireIdentity(watcher.context))) void checkAccess(watcher)
    },
    /** Ends whatever still follows, and what begins now, with `service.restarting`: this gateway is stopping. */
    endAll(): void {
      ending = true
      for (const watcher of watchers) watcher.queue.fail(restarting())
    },
  }
}

function restarting(): AppError {
  return new AppError('service.restarting', 'Quillworks is restarting. Ask again in a moment.')
}

export type Watch = ReturnType<typeof createWatch>
