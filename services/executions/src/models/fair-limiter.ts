export interface FairLimiterOptions {
  /** Holders at the same time, read again at each decision. */
  total: () => number
  /** The same for one key. */
  perKey: () => number
  /** Waiting calls beyond this are turned away. */
  maxQueued: number
}

export interface FairLimiter {
  /**
   * Resolves with a function that gives the place back, or with null where the queue is full. Rejects with the
   * signal's reason when it fires while waiting.
   */
  acquire: (key: string, signal: AbortSignal) => Promise<(() => void) | null>
  /** Holders and waiting calls, for health. */
  load: () => { active: number; queued: number }
}

type Grant = (release: () => void) => void

/** A concurrency limit that serves waiting keys in turn, so that one key's long queue delays no other's first call. */
export function createFairLimiter({ total, perKey, maxQueued }: FairLimiterOptions): FairLimiter {
  const active = new Map<string, number>()
  // A Map keeps the order of insertion: the key served last moves to its end.
  const queues = new Map<string, Set<Grant>>()
  let running = 0
  let queued = 0

  function take(key: string): () => void {
    running += 1
    active.set(key, (active.get(key) ?? 0) + 1)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      running -= 1
      const left = (active.get(key) ?? 1) - 1
      if (left === 0) active.delete(key)
      else active.set(key, left)
      serve()
    }
  }

  function hasRoom(key: string): boolean {
    return running < total() && (active.get(key) ?? 0) < perKey()
  }

  function remove(key: string, grant: Grant): void {
    const queue = queues.get(key)
    if (queue?.delete(grant) !== true) return
    queued -= 1
    if (queue.size === 0) queues.delete(key)
  }

  function serve(): void {
    for (let next = nextKey(); next !== undefined; next = nextKey()) {
      const [key, queue, grant] = next
      remove(key, grant)
      if (queues.delete(key)) queues.set(key, queue)
      grant(take(key))
    }
  }

  function nextKey(): [string, Set<Grant>, Grant] | undefined {
    for (const [key, queue] of queues) {
      const [grant] = queue
      if (grant !== undefined && hasRoom(key)) return [key, queue, grant]
    }
    return undefined
  }

  return {
    async acquire(key, signal) {
      signal.throwIfAborted()
      if (!queues.has(key) && hasRoom(key)) return take(key)
      if (queued >= maxQueued) return null
      const { promise, resolve, reject } = Promise.withResolvers<() => void>()
      const queue = queues.get(key) ?? new Set<Grant>()
      queues.set(key, queue.add(resolve))
      queued += 1
      const abandon = () => {
        remove(key, resolve)
        reject(signal.reason)
      }
      signal.addEventListener('abort', abandon, { once: true })
      // The share may have grown since the last release.
      serve()
      return promise.finally(() => signal.removeEventListener('abort', abandon))
    },
    load: () => ({ active: running, queued }),
  }
}
