import { instant, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core'
import { stepStatuses } from '../contract/status.ts'
import type { RetryPolicy, StepKind } from '../contract/plan.ts'
import { executionsSchema } from '../database.ts'
import { ownedColumns, usageColumns } from './columns.ts'
import { audience } from './execution.table.ts'

/** The projection of a step; partitioned by execution id, monthly. */
export const steps = executionsSchema.table(
  'steps',
  {
    ...ownedColumns(),
    key: text('key').notNull(),
    ordinal: integer('ordinal').notNull(),
    name: text('name'),
    kind: text('kind').$type<StepKind>().notNull(),
    after: text('after').array().notNull(),
    retry: jsonb('retry').$type<RetryPolicy>().notNull(),
    timeoutMs: integer('timeout_ms'),
    conversation: boolean('conversation').notNull(),
    replaces: text('replaces'),
    model: text('model'),
    status: text('status', { enum: stepStatuses }).notNull(),
    attempt: integer('attempt').notNull(),
    failures: integer('failures').notNull(),
    openStartedAt: instant('open_started_at'),
    /** A worker has accepted the attempt in flight and will be heard of until then. */
    openUntil: instant('open_until'),
    unknown: integer('unknown').array().notNull(),
    nextAttemptAt: instant('next_attempt_at'),
    inputRef: text('input_ref').notNull(),
    outputRef: text('output_ref'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    ...usageColumns(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.key] }),
    // Which executions asked a model, in the order of lists. Written once per step that asks one, and by no change of it.
    index('steps_by_model')
      .on(table.organizationId, audience, table.model, table.executionId.asc().nullsFirst())
      .where(sql`model is not null`),
    check('steps_status', sql.raw(`status in (${stepStatuses.map((status) => `'${status}'`).join(', ')})`)),
    ...tenantPolicies({ service: 'executions', visibility: true, system: true }),
  ],
)
export type StepRow = typeof steps.$inferSelect
