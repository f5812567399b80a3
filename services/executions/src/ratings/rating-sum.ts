import type { RatingRow } from './rating.table.ts'
import type { ratingSums } from './rating-sum.table.ts'

/** What of a rating is counted. */
export type CountedRating = Pick<
  RatingRow,
  | 'organizationId'
  | 'ownerId'
  | 'visibility'
  | 'rating'
  | 'model'
  | 'sourceType'
  | 'sourceId'
  | 'sourceVersion'
>
type Change = typeof ratingSums.$inferInsert

/** By how much which sums change where `after` takes the place of `before`, in the order of their keys. */
export function changesOfSums(rating: { before: CountedRating | undefined; after: CountedRating }): Change[] {
  const changes = new Map<string, Change>()
  for (const [one, by] of [
    [rating.before, -1],
    [rating.after, 1],
  ] as const) {
    const key = one && keyOf(one)
    if (!one?.rating || !key) continue
    const name = JSON.stringify(Object.values(key))
    const sum = changes.get(name) ?? { ...key, up: 0, down: 0 }
    changes.set(name, { ...sum, [one.rating]: sum[one.rating] + by })
  }
  return [...changes]
    .filter(([, { up, down }]) => up !== 0 || down !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change)
}

/** Where a rating is counted; nowhere without the version of a source. */
function keyOf(rating: CountedRating): Omit<Change, 'up' | 'down'> | undefined {
  const { organizationId, ownerId, visibility, model, sourceType, sourceId, sourceVersion } = rating
  if (sourceType === null || sourceId === null || sourceVersion === null) return undefined
  const source = { organizationId, sourceType, sourceId, sourceVersion }
  const whose = visibility === 'organization' ? organizationId : ownerId
  return { ...source, model: model ?? '', visibility, ownerId: whose }
}
