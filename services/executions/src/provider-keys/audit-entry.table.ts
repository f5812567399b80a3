import { instant, tenantPolicies } from '@quillworks/database/policies'
import { jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

/** What was done to the settings of this service, for the audit log; the role may only add and read. */
export const auditEntries = executionsSchema.table(
  'audit_entries',
  {
    organizationId: uuid('organization_id').notNull(),
    id: uuid('id').notNull(),
    at: instant('at').notNull(),
    userId: uuid('user_id').notNull(),
    /** `user:<id>` or `key:<id>`. */
    principal: text('principal').notNull(),
    address: text('address'),
    /** `<entity>.<past>`, such as `provider_key.set`. */
    action: text('action').notNull(),
    targetType: text('target_type').notNull(),
    targetId: text('target_id'),
    targetName: text('target_name'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    ...tenantPolicies({ service: 'executions', visibility: false, system: false }),
  ],
)
export type AuditEntryRow = typeof auditEntries.$inferSelect
