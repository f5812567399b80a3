import type { Transaction } from '@quillworks/database/connect'
import { and, desc, eq, gt, sql } from 'drizzle-orm'
import { idempotency } from '../execution/idempotency.table.ts'

/** The id of the execution that a person started with a key of theirs in the last 30 days; the newest of several operations. */
export async function findIdByKey(
  tx: Transaction,
  asked: { organizationId: string; userId: string; key: string; operation: string | null },
): Promise<string | undefined> {
  const { organizationId, userId, key, operation } = asked
  const [row] = await tx
    .select({ id: idempotency.executionId })
    .from(idempotency)
    .where(
      and(
        eq(idempotency.organizationId, organizationId),
        eq(idempotency.principal, userId),
        operation === null ? undefined : eq(idempotency.operation, operation),
        eq(idempotency.key, key),
        gt(idempotency.createdAt, sql`now() - interval '30 days'`),
      ),
    )
    .orderBy(desc(idempotency.createdAt), desc(idempotency.executionId))
    .limit(1)
  return row?.id
}
