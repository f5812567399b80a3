import { index, jsonb, type PgSchema, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantPolicies } from './policies.ts'

/**
 * What was done to the settings of a service, by whom and from where, for the audit log; its role may only add and read.
 * `byUser` finds what somebody did fast where there are many entries.
 */
export function auditTable(schema: PgSchema, service: string, { byUser = false } = {}) {
  return schema.table(
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
      ...(byUser ? [index('audit_entries_by_user').on(table.organizationId, table.userId, table.id)] : []),
      ...tenantPolicies({ service, visibility: false, system: false }),
    ],
  )
}

export type AuditTable = ReturnType<typeof auditTable>
export type AuditEntryRow = AuditTable['$inferSelect']
