import type { Transaction } from '@quillworks/database/connect'
import { and, eq, inArray, lt, sql } from 'drizzle-orm'
import { optimizations, type OptimizationRow } from './optimization.table.ts'
import type { OptimizationResult } from './result.ts'

interface OptimizationKey {
  organizationId: string
  executionId: string
}

function isOptimization({ organizationId, executionId }: OptimizationKey) {
  return and(eq(optimizations.organizationId, organizationId), eq(optimizations.executionId, executionId))
}

export async function insertOptimization(tx: Transaction, row: OptimizationRow): Promise<void> {
  await tx.insert(optimizations).values(row)
}

export async function findOptimization(
  tx: Transaction,
  key: OptimizationKey,
): Promise<OptimizationRow | undefined> {
  const [row] = await tx.select().from(optimizations).where(isOptimization(key))
  return row
}

/** Writes what came of it; the same again changes nothing. */
export async function saveResult(
  tx: Transaction,
  { result, now, ...key }: OptimizationKey & { result: OptimizationResult; now: Date },
): Promise<void> {
  await tx.update(optimizations).set({ result, finishedAt: now }).where(isOptimization(key))
}

export async function removeOptimization(tx: Transaction, key: OptimizationKey): Promise<void> {
  await tx.delete(optimizations).where(isOptimization(key))
}

/** Removes some of those begun before, over all organizations. */
export async function removeOldOptimizations(
  tx: Transaction,
  { before, limit }: { before: Date; limit: number },
): Promise<void> {
  const old = tx
    .select({ id: optimizations.executionId })
    .from(optimizations)
    .where(lt(optimizations.createdAt, sql`${before.toISOString()}::timestamptz`))
    .limit(limit)
  await tx.delete(optimizations).where(inArray(optimizations.executionId, old))
}
