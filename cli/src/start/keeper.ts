import { ranSteadily, restartDelay } from './backoff.ts'
import { type Progress, seconds } from './progress.ts'

/** A process that has started. */
export interface Running {
  /** Settles when it has ended, with a few words on how. */
  exited: Promise<string>
  /** Ends it cleanly, within a bounded time; `hurry` ends it at once. */
  stop(hurry: boolean): Promise<void>
}

/** Something that is started again whenever it ends, until it is stopped. */
export interface Kept {
  name: string
  stop(hurry: boolean): Promise<void>
}

/**
 * Starts something, waits for the first start to succeed, and from then on starts it again, with growing pauses and
 * without an end, each time saying so. A first start that fails is the caller's to handle.
 */
export async function keepRunning<T extends Running>(input: {
  name: string
  /** Gives up when the signal comes, leaving nothing running. */
  start: (signal: AbortSignal) => Promise<T>
  progress: Progress
  onStart?: (running: T) => void
}): Promise<Kept & { first: T }> {
  const { name, progress } = input
  const stopping = new AbortController()
  const { signal } = stopping
  const first = await input.start(signal)
  let current: T | undefined = first
  input.onStart?.(first)

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })

  const keep = async () => {
    let restarts = 0
    let running = first
    for (;;) {
      const begun = performance.now()
      const how = await running.exited
      current = undefined
      if (ranSteadily(performance.now() - begun)) restarts = 0
      for (let reason = how; ;) {
        if (signal.aborted) return
        const delay = restartDelay(restarts++)
        progress.warn(`${name} ${reason}; starting it again in ${seconds(delay)}`)
        await pause(delay)
        if (signal.aborted) return
        const startedAt = performance.now()
        try {
          running = await input.start(signal)
          current = running
          input.onStart?.(running)
          progress.ready(`${name} runs again`, performance.now() - startedAt)
          break
        } catch (error) {
          reason = `did not start: ${error instanceof Error ? error.message : String(error)}`
        }
      }
      // A stop that came while it was starting has not seen this one.
      if (signal.aborted) await running.stop(false)
    }
  }
  const kept = keep()
  return {
    name,
    first,
    async stop(hurry) {
      stopping.abort()
      await current?.stop(hurry)
      await kept
    },
  }
}
