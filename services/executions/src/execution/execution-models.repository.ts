import type { Transaction } from '@quillworks/database/connect'
import { and, inArray, isNotNull, min, sql } from 'drizzle-orm'
import { steps } from './step.table.ts'

/** Each model that steps of these executions asked, once, in the order of their plans. */
export function findModels(
  tx: Transaction,
  executionIds: readonly string[],
): Promise<{ executionId: string; model: string }[]> {
  return tx
    .select({ executionId: steps.executionId, model: sql<string>`${steps.model}` })
    .from(steps)
    .where(and(inArray(steps.executionId, [...executionIds]), isNotNull(steps.model)))
    .groupBy(steps.executionId, steps.model)
    .orderBy(min(steps.ordinal))
}
