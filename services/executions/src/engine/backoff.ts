import type { RetryPolicy } from '../contract/plan.ts'

/**
 * Milliseconds to wait after the `failures`-th failed attempt: full jitter below the doubled delay, and at least what
 * the other side asked for, which itself is capped so that an absurd Retry-After cannot park an execution.
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
  const asked = Math.max(0, Math.min(retryAfterMs ?? 0, policy.maxDelayMs))
  return Math.round(Math.max(random * ceiling, asked))
}
