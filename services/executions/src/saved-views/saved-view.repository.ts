import type { Transaction } from '@quillworks/database/connect'
import { and, asc, eq, sql } from 'drizzle-orm'
import { savedViews, type SavedViewRow } from './saved-view.table.ts'

/** Whose views of which list. */
export interface Keeper {
  organizationId: string
  userId: string
  page: string
}

const keptBy = ({ organizationId, userId, page }: Keeper) =>
  and(
    eq(savedViews.organizationId, organizationId),
    eq(savedViews.ownerId, userId),
    eq(savedViews.page, page),
  )

/** By name, in the order in which people look for one. */
export function findViews(tx: Transaction, keeper: Keeper): Promise<SavedViewRow[]> {
  return tx
    .select()
    .from(savedViews)
    .where(keptBy(keeper))
    .orderBy(asc(sql`lower(${savedViews.name})`))
}

/** The same for whoever is about to change them; others who are wait for the end of this transaction. */
export async function lockViews(tx: Transaction, keeper: Keeper): Promise<SavedViewRow[]> {
  const lock = `saved views ${keeper.organizationId} ${keeper.userId} ${keeper.page}`
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`)
  return findViews(tx, keeper)
}

/** Writes a view, over the one with its id where there is one. */
export async function putView(tx: Transaction, row: SavedViewRow): Promise<void> {
  const { name, query, updatedAt } = row
  await tx
    .insert(savedViews)
    .values(row)
    .onConflictDoUpdate({
      target: [savedViews.organizationId, savedViews.id],
      set: { name, query, updatedAt },
    })
}

/** Takes a view away and answers it as it was; undefined where the caller has none of this id. */
export async function removeView(
  tx: Transaction,
  { organizationId, userId, id }: Omit<Keeper, 'page'> & { id: string },
): Promise<SavedViewRow | undefined> {
  const [row] = await tx
    .delete(savedViews)
    .where(
      and(
        eq(savedViews.organizationId, organizationId),
        eq(savedViews.ownerId, userId),
        eq(savedViews.id, id),
      ),
    )
    .returning()
  return row
}
