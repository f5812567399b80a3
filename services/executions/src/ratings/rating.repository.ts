import type { Transaction } from '@quillworks/database/connect'
import { and, inArray, isNotNull, sql } from 'drizzle-orm'
import type { CountedRating } from './rating-sum.ts'
import { countRating } from './rating-sum.repository.ts'
import { ratings, type RatingRow } from './rating.table.ts'

/** Ratings that stand, of executions that the caller sees. */
export function findRatings(tx: Transaction, executionIds: readonly string[]): Promise<RatingRow[]> {
  return tx
    .select()
    .from(ratings)
    .where(and(inArray(ratings.executionId, [...executionIds]), isNotNull(ratings.rating)))
}

/** Keeps a rating in place of the person's older one, and counts it in its place. */
export async function putRating(
  tx: Transaction,
  row: typeof ratings.$inferInsert & CountedRating,
): Promise<void> {
  const fresh = { publishedAt: null, ...row }
  const [before] = await tx
    .insert(ratings)
    .values(fresh)
    .onConflictDoUpdate({ target: [ratings.executionId, ratings.stepKey, ratings.userId], set: fresh })
    // Under the lock of the statement, so that two ratings of one person at once are both counted in their order.
    .returning({
      rating: sql<RatingRow['rating']>`old.rating`,
      model: sql<string | null>`old.model`,
      sourceVersion: sql<number | null>`old.source_version`,
    })
  await countRating(tx, { before: before && { ...row, ...before }, after: row })
}
