import type { RetryPolicy } from '../contract/plan.ts'

/**
 * Milliseconds to wait after the `failures`-th failed attempt: full jitter below the doubled delay, and at least what
 * the other side asked for. Whether that can be waited for at all is decided before.
 */
export function backoffMs({
  policy,
  failures,
  random,
  retryAfterMs,
}: {
  policy: RetryPolicy
  failures: number
  /** From 0 up to, not including, 1. */
  random: number
  retryAfterMs?: number | undefined
}): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.delayMs * 2 ** Math.min(failures - 1, 30))
  return Math.round(Math.max(random * ceiling, retryAfterMs ?? 0))
}
