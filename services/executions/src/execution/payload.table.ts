import { tenantPolicies } from '@quillworks/database/policies'
import { jsonb, primaryKey, text } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'
import { ownedColumns } from './columns.ts'

/** Content by reference: inputs and outputs of steps, texts as JSON strings; partitioned by execution id, monthly. */
export const payloads = executionsSchema.table(
  'payloads',
  {
    ...ownedColumns(),
    ref: text('ref').notNull(),
    body: jsonb('body').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.ref] }),
    ...tenantPolicies({ service: 'executions', visibility: true, system: true }),
  ],
)
