import { retryDelay } from '../live/retry-delay.ts'
import { session } from '../live/session.svelte.ts'
import { Failure } from './failure.ts'

const refusals = ['input.', 'auth.', 'execution.']

/**
 * Reads something that is known to be there, and asks again for as long as the server is away or nobody is signed in;
 * rejects where it refuses, and once `signal` is aborted. Browser only.
 */
export async function readUntilAnswered<Data>(options: {
  ask: () => Promise<Data>
  signal: AbortSignal
}): Promise<Data> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await options.ask()
    } catch (error) {
      if (!(error instanceof Failure) || options.signal.aborted) throw error
      if (error.code === 'auth.unauthenticated') await session.returned()
      else if (refusals.some((prefix) => error.code.startsWith(prefix))) throw error
      else await new Promise((resolve) => setTimeout(resolve, retryDelay(failures, Math.random)))
    }
  }
}
