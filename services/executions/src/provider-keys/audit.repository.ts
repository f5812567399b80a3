import type { Transaction } from '@quillworks/database/connect'
import { and, desc, eq, gte, inArray, lt } from 'drizzle-orm'
import { z } from 'zod'
import { auditEntries, type AuditEntryRow } from './audit-entry.table.ts'

/** What the gateway asks of this service's part of the audit log: the newest, older than the entry `before`. */
export const auditQuestionSchema = z.object({
  limit: z.int().min(1).max(1_000),
  before: z.uuid().nullable(),
  filter: z.object({
    action: z.array(z.string()).nullish(),
    userId: z.uuid().nullish(),
    targetType: z.string().nullish(),
    targetId: z.string().nullish(),
    from: z.coerce.date().nullish(),
    to: z.coerce.date().nullish(),
  }),
})
type AuditQuestion = z.output<typeof auditQuestionSchema>

/** Notes what is done in the transaction that does it. */
export async function addAuditEntry(tx: Transaction, entry: AuditEntryRow): Promise<void> {
  await tx.insert(auditEntries).values(entry)
}

export function findAuditEntries(
  tx: Transaction,
  organizationId: string,
  { limit, before, filter }: AuditQuestion,
): Promise<AuditEntryRow[]> {
  const conditions = [
    before === null ? undefined : lt(auditEntries.id, before),
    filter.action?.length ? inArray(auditEntries.action, filter.action) : undefined,
    filter.userId ? eq(auditEntries.userId, filter.userId) : undefined,
    filter.targetType ? eq(auditEntries.targetType, filter.targetType) : undefined,
    filter.targetId ? eq(auditEntries.targetId, filter.targetId) : undefined,
    filter.from ? gte(auditEntries.at, filter.from) : undefined,
    filter.to ? lt(auditEntries.at, filter.to) : undefined,
  ]
  return tx
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.organizationId, organizationId), ...conditions))
    .orderBy(desc(auditEntries.id))
    .limit(limit)
}
