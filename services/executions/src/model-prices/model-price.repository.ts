import type { Transaction } from '@quillworks/database/connect'
import { and, count, eq } from 'drizzle-orm'
import { modelPrices, type ModelPriceRow } from './model-price.table.ts'

/** The organization's own prices. */
export function findPrices(tx: Transaction, organizationId: string): Promise<ModelPriceRow[]> {
  return tx
    .select()
    .from(modelPrices)
    .where(eq(modelPrices.organizationId, organizationId))
    .orderBy(modelPrices.model)
}

export async function countPrices(tx: Transaction, organizationId: string): Promise<number> {
  const where = eq(modelPrices.organizationId, organizationId)
  const [row] = await tx.select({ number: count() }).from(modelPrices).where(where)
  return row?.number ?? 0
}

/** Sets a model's price in place of an older one. */
export async function putPrice(tx: Transaction, row: ModelPriceRow): Promise<void> {
  await tx
    .insert(modelPrices)
    .values(row)
    .onConflictDoUpdate({ target: [modelPrices.organizationId, modelPrices.model], set: row })
}

/** Gives what was deleted. */
export async function deletePrice(
  tx: Transaction,
  { organizationId, model }: Pick<ModelPriceRow, 'organizationId' | 'model'>,
): Promise<ModelPriceRow | undefined> {
  const where = and(eq(modelPrices.organizationId, organizationId), eq(modelPrices.model, model))
  const [row] = await tx.delete(modelPrices).where(where).returning()
  return row
}
