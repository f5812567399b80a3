import type { RatedExecution, RatingSum } from './rating.documents.ts'

export type RatingValue = 'up' | 'down'

/** What one person says: a value with an optional reason; null takes back what was said. */
export interface Said {
  value: RatingValue | null
  reason?: string | null
}

export const unrated: RatingSum = { up: 0, down: 0, viewer: null }

/** The sums by the key of the step; the execution as a whole under the empty key. */
export type RatingSums = ReadonlyMap<string, RatingSum>

export function sumsOf({ ratings, steps }: RatedExecution): RatingSums {
  return new Map([['', ratings], ...steps.map(({ key, ratings: own }) => [key, own] as const)])
}

function counted(sum: RatingSum, before: RatingValue | null, after: RatingValue | null): RatingSum {
  const by = (value: RatingValue) => Number(after === value) - Number(before === value)
  return { ...sum, up: sum.up + by('up'), down: sum.down + by('down') }
}

/**
 * The sums once the viewer has said something about `key`: theirs is counted in place of what they said before, in the
 * sum of the whole too, which counts everything that was said about its steps.
 */
export function withSaid(sums: RatingSums, key: string, { value, reason = null }: Said): RatingSums {
  const own = sums.get(key) ?? unrated
  const before = own.viewer?.value ?? null
  const next = new Map(sums)
  next.set(key, { ...counted(own, before, value), viewer: value === null ? null : { value, reason } })
  if (key !== '') next.set('', counted(sums.get('') ?? unrated, before, value))
  return next
}
