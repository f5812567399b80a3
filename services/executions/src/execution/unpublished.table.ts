import { instant, tenantPolicies } from '@quillworks/database/policies'
import { bigint, primaryKey, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

/**
 * Which events of which execution the stream may not have yet, one row for each commit. The events themselves are in
 * `events`: what is published can be told from them again.
 */
export const unpublished = executionsSchema.table(
  'unpublished',
  {
    executionId: uuid('execution_id').notNull(),
    organizationId: uuid('organization_id').notNull(),
    fromRevision: bigint('from_revision', { mode: 'number' }).notNull(),
    toRevision: bigint('to_revision', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.fromRevision] }),
    ...tenantPolicies({ service: 'executions', visibility: false, system: true }),
  ],
)
