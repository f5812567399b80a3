import type { RatedExecution, RatingSum } from './rating.documents.ts'

export type RatingValue = 'up' | 'down'

/** What one person says: a value with an optional reason; null takes back what was said. */
export interface Said {
  value: RatingValue | null
  reason?: string | null
}

export const unrated: RatingSum = { up: 0, down: 0, viewer: null }

/** The sums by the key of the step; of what was said of the execution as a whole under the empty key. */
export type RatingSums = ReadonlyMap<string, RatingSum>

/** The API counts in the sum of the whole what was said of its steps, too: here each thing has what was said of it. */
export function sumsOf({ ratings, steps }: RatedExecution): RatingSums {
  const ofSteps = (value: RatingValue) => steps.reduce((sum, step) => sum + step.ratings[value], 0)
  const whole = { ...ratings, up: ratings.up - ofSteps('up'), down: ratings.down - ofSteps('down') }
  return new Map([['', whole], ...steps.map(({ key, ratings: own }) => [key, own] as const)])
}

function counted(sum: RatingSum, before: RatingValue | null, after: RatingValue | null): RatingSum {
  const by = (value: RatingValue) => Number(after === value) - Number(before === value)
  return { ...sum, up: sum.up + by('up'), down: sum.down + by('down') }
}

/** The sums once the viewer has said something about `key`: theirs is counted in place of what they said before. */
export function withSaid(sums: RatingSums, key: string, { value, reason = null }: Said): RatingSums {
  const own = sums.get(key) ?? unrated
  const viewer = value === null ? null : { value, reason }
  return new Map(sums).set(key, { ...counted(own, own.viewer?.value ?? null, value), viewer })
}
