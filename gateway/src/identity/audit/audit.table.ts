import { instant, tenantPolicies } from '@quillworks/database/policies'
import { index, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { identitySchema } from '../identity.schema.ts'

/** What was done to an organization, by whom and from where; the role may only add and read. */
export const auditEntries = identitySchema.table(
  'audit_entries',
  {
    organizationId: uuid('organization_id').notNull(),
    id: uuid('id').notNull(),
    at: instant('at').notNull(),
    userId: uuid('user_id').notNull(),
    /** `user:<id>` or `key:<id>`. */
    principal: text('principal').notNull(),
    address: text('address'),
    /** `<entity>.<past>`, such as `member.removed`. */
    action: text('action').notNull(),
    targetType: text('target_type').notNull(),
    targetId: text('target_id'),
    targetName: text('target_name'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    index('audit_entries_by_user').on(table.organizationId, table.userId, table.id),
    ...tenantPolicies({ service: 'identity', visibility: false, system: false }),
  ],
)
