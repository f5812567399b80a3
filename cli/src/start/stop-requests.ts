const PARENT_POLL_MS = 300

/** Why and when a start has to end. */
export interface StopRequests {
  /** Aborted by the first request. */
  signal: AbortSignal
  /** Settles with the first request. */
  stopped: Promise<void>
  /** Lets go of the signals. */
  ignore(): void
}

/**
 * Listens for Ctrl-C, SIGTERM and a closed terminal. Also ends when `parent`, the boot script, is killed: nobody could
 * stop this process from its terminal any more. A second request means `onHurry`.
 */
export function stopRequests(options: { parent: number | undefined; onHurry: () => void }): StopRequests {
  const controller = new AbortController()
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  const request = () => {
    if (controller.signal.aborted) options.onHurry()
    controller.abort()
    resolve()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, request)
  const watch = setInterval(() => {
    if (options.parent === undefined || process.ppid === options.parent) return
    clearInterval(watch)
    request()
  }, PARENT_POLL_MS)
  return {
    signal: controller.signal,
    stopped,
    ignore: () => {
      clearInterval(watch)
      for (const signal of signals) process.off(signal, request)
    },
  }
}
