import type { Transaction } from '@quillworks/database/connect'
import { and, inArray, isNotNull } from 'drizzle-orm'
import { ratings, type RatingRow } from './rating.table.ts'

/** Ratings that stand, of executions that the caller sees. */
export function findRatings(tx: Transaction, executionIds: readonly string[]): Promise<RatingRow[]> {
  return tx
    .select()
    .from(ratings)
    .where(and(inArray(ratings.executionId, [...executionIds]), isNotNull(ratings.rating)))
}

/** Keeps a rating in place of the person's older one. */
export async function putRating(tx: Transaction, row: typeof ratings.$inferInsert): Promise<void> {
  const fresh = { publishedAt: null, ...row }
  await tx
    .insert(ratings)
    .values(fresh)
    .onConflictDoUpdate({ target: [ratings.executionId, ratings.stepKey, ratings.userId], set: fresh })
}
