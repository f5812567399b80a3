import { instant, tenantPolicies } from '@quillworks/database/policies'
import { index, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

/** Keys that callers gave with what they started; good for 30 days. */
export const idempotency = executionsSchema.table(
  'idempotency',
  {
    organizationId: uuid('organization_id').notNull(),
    /** The user in whose name it runs. */
    principal: uuid('principal').notNull(),
    operation: text('operation').notNull(),
    key: text('key').notNull(),
    executionId: uuid('execution_id').notNull(),
    requestHash: text('request_hash').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.principal, table.operation, table.key] }),
    index('idempotency_age').on(table.createdAt),
    ...tenantPolicies({ service: 'executions', visibility: false, system: true }),
  ],
)
