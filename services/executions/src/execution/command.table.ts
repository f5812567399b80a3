import { instant, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { integer, jsonb, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'
import type { EngineCommand } from '../engine/inputs.ts'
import { ownedColumns } from './columns.ts'

/** What people asked of a running execution, append-only; the row is what is acknowledged. */
export const commands = executionsSchema.table(
  'commands',
  {
    ...ownedColumns(),
    seq: integer('seq').notNull(),
    idempotencyKey: text('idempotency_key'),
    /** What was asked, hashed: the same key with something else is refused. */
    requestHash: text('request_hash').notNull(),
    stepKey: text('step_key'),
    body: jsonb('body').$type<EngineCommand>().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.seq] }),
    uniqueIndex('commands_idempotency')
      .on(table.executionId, table.idempotencyKey)
      .where(sql`idempotency_key is not null`),
    ...tenantPolicies({ service: 'executions', visibility: true, system: true }),
  ],
)
