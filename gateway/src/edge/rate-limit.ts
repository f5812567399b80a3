import { AppError } from '@quillworks/service-kit/errors'

/** Tokens that refill over time: `burst` at most, `perSecond` new ones each second. */
export interface RateLimit {
  burst: number
  perSecond: number
}

const forgetBeyond = 20_000

/** A bucket per caller, in memory: each replica of the gateway counts for itself. `take` gives the seconds to wait, 0 for go. */
export function createRateLimiter(limit: RateLimit, now: () => number = () => performance.now()) {
  const buckets = new Map<string, { tokens: number; at: number }>()

  return {
    take(caller: string, cost = 1): number {
      const at = now()
      const known = buckets.get(caller) ?? { tokens: limit.burst, at }
      const tokens = Math.min(limit.burst, known.tokens + ((at - known.at) / 1000) * limit.perSecond)
      const allowed = tokens >= cost
      buckets.delete(caller)
      buckets.set(caller, { tokens: allowed ? tokens - cost : tokens, at })
      if (buckets.size > forgetBeyond) {
        const oldest = buckets.keys().next()
        if (!oldest.done) buckets.delete(oldest.value)
      }
      return allowed ? 0 : Math.max(1, Math.ceil((cost - tokens) / limit.perSecond))
    },
  }
}

export type RateLimiter = ReturnType<typeof createRateLimiter>

/** Counts one request of a caller; `rate.limited` says when the next may come. */
export function checkRate(limiter: RateLimiter, caller: string): void {
  const retryAfterSeconds = limiter.take(caller)
  if (retryAfterSeconds === 0) return
  throw new AppError('rate.limited', `Too many requests. Try again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  })
}
