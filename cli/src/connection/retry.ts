import { isPassing, UnreachableError } from './graphql.ts'
import { type Interruption, pause, pauseMs } from './pause.ts'

/**
 * Asks again while the gateway is away or says "not now", for `giveUpAfterMs` at most. Only for what may safely be asked
 * twice: reads, and mutations that carry an idempotency key.
 */
export async function retry<T>(input: {
  ask: () => Promise<T>
  signal: AbortSignal
  giveUpAfterMs: number
  onInterruption?: (interruption: Interruption) => void
}): Promise<T> {
  const started = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await input.ask()
    } catch (error) {
      if (!isPassing(error) || input.signal.aborted) throw error
      if (performance.now() - started >= input.giveUpAfterMs) {
        const seconds = Math.round(input.giveUpAfterMs / 1_000)
        throw new UnreachableError(`${error.message} It was tried again for ${seconds} s.`, error)
      }
      input.onInterruption?.({ reason: error, attempt })
      await pause(pauseMs(attempt, error.retryAfterSeconds), input.signal)
    }
  }
}
