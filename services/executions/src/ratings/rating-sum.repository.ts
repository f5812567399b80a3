import type { Transaction } from '@quillworks/database/connect'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { changesOfSums, type CountedRating } from './rating-sum.ts'
import { ratingSums } from './rating-sum.table.ts'

export interface SourceRatings {
  version: number
  /** null where it is not known. */
  model: string | null
  up: number
  down: number
}

/** Puts a rating in the place of an older one in the sums; in one order, so that no two of these wait for each other. */
export async function countRating(
  tx: Transaction,
  rating: { before: CountedRating | undefined; after: CountedRating },
): Promise<void> {
  for (const change of changesOfSums(rating)) {
    await tx
      .insert(ratingSums)
      .values(change)
      .onConflictDoUpdate({
        target: [
          ratingSums.organizationId,
          ratingSums.sourceId,
          ratingSums.sourceVersion,
          ratingSums.sourceType,
          ratingSums.model,
          ratingSums.visibility,
          ratingSums.ownerId,
        ],
        set: { up: sql`${ratingSums.up} + excluded.up`, down: sql`${ratingSums.down} + excluded.down` },
      })
  }
}

/** The sums of versions of a source by model, over what the caller sees. */
export async function findRatingSums(
  tx: Transaction,
  source: { organizationId: string; type: string; id: string; versions: readonly number[] },
): Promise<SourceRatings[]> {
  const { organizationId, sourceType, sourceId, sourceVersion: version, model } = ratingSums
  const up = sql<number>`sum(${ratingSums.up})::int`
  const down = sql<number>`sum(${ratingSums.down})::int`
  const rows = await tx
    .select({ version, model, up, down })
    .from(ratingSums)
    .where(
      and(
        eq(organizationId, source.organizationId),
        eq(sourceId, source.id),
        inArray(version, [...source.versions]),
        eq(sourceType, source.type),
      ),
    )
    .groupBy(version, model)
    .having(sql`${up} > 0 or ${down} > 0`)
    .orderBy(version, model)
  return rows.map((row) => ({ ...row, model: row.model || null }))
}
