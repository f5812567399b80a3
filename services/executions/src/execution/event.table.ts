import { instant, tenantPolicies } from '@quillworks/database/policies'
import { bigint, jsonb, primaryKey, text } from 'drizzle-orm/pg-core'
import { executionFacts } from '../contract/events.ts'
import { executionsSchema } from '../database.ts'
import { ownedColumns } from './columns.ts'

/** The append-only facts that everything else is folded from; partitioned by execution id, monthly. */
export const events = executionsSchema.table(
  'events',
  {
    ...ownedColumns(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    type: text('type', { enum: executionFacts }).notNull(),
    stepKey: text('step_key'),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.revision] }),
    ...tenantPolicies({ service: 'executions', visibility: true, system: true }),
  ],
)
export type EventRow = typeof events.$inferSelect
