import type { CommandError } from '../command-error.ts'

const firstPauseMs = 200
const longestPauseMs = 2_000

/** Why something is tried again, and for which time in a row. */
export interface Interruption {
  reason: CommandError
  attempt: number
}

/** Grows from 0.2 s to 2 s with jitter, or is what the server asked for, 10 s at most. */
export function pauseMs(
  attempt: number,
  retryAfterSeconds?: number,
  random: () => number = Math.random,
): number {
  if (retryAfterSeconds !== undefined) return Math.min(retryAfterSeconds, 10) * 1_000
  const whole = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))
  return whole / 2 + (whole / 2) * random()
}

/** Waits, or less when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
