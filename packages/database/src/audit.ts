import type { AuditQuestion } from '@quillworks/service-kit/audit-question'
import { and, desc, eq, gte, inArray, lt } from 'drizzle-orm'
import type { AuditEntryRow, AuditTable } from './audit.table.ts'
import type { Transaction } from './connect.ts'

/** Notes what is done in the transaction that does it. */
export async function addAuditEntry(tx: Transaction, table: AuditTable, entry: AuditEntryRow): Promise<void> {
  await tx.insert(table).values(entry)
}

/** The entries of an organization that fit, newest first. */
export function findAuditEntries(
  tx: Transaction,
  table: AuditTable,
  { organizationId, limit, before, filter }: AuditQuestion & { organizationId: string },
): Promise<AuditEntryRow[]> {
  const conditions = [
    before === null ? undefined : lt(table.id, before),
    filter.action?.length ? inArray(table.action, filter.action) : undefined,
    filter.userId ? eq(table.userId, filter.userId) : undefined,
    filter.targetType ? eq(table.targetType, filter.targetType) : undefined,
    filter.targetId ? eq(table.targetId, filter.targetId) : undefined,
    filter.from ? gte(table.at, filter.from) : undefined,
    filter.to ? lt(table.at, filter.to) : undefined,
  ]
  return tx
    .select()
    .from(table)
    .where(and(eq(table.organizationId, organizationId), ...conditions))
    .orderBy(desc(table.id))
    .limit(limit)
}
