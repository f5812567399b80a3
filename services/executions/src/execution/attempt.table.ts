import { instant, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { bigint, check, integer, primaryKey, text } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'
import { ownedColumns } from './columns.ts'

export const attemptStatuses = ['running', 'succeeded', 'failed', 'timed_out', 'canceled', 'lost'] as const
export const usageStates = ['none', 'pending', 'unknown', 'known'] as const

/** One try of a step, recorded before its outside effect; partitioned by execution id, monthly. */
export const attempts = executionsSchema.table(
  'attempts',
  {
    ...ownedColumns(),
    stepKey: text('step_key').notNull(),
    number: integer('number').notNull(),
    status: text('status', { enum: attemptStatuses }).notNull(),
    model: text('model'),
    outputRef: text('output_ref').notNull(),
    finishReason: text('finish_reason'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    usageState: text('usage_state', { enum: usageStates }).notNull(),
    inputTokens: bigint('input_tokens', { mode: 'number' }),
    outputTokens: bigint('output_tokens', { mode: 'number' }),
    cachedTokens: bigint('cached_tokens', { mode: 'number' }),
    costNanoUsd: bigint('cost_nano_usd', { mode: 'bigint' }),
    timeToFirstTokenMs: integer('time_to_first_token_ms'),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.stepKey, table.number] }),
    check(
      'attempts_status',
      sql.raw(`status in (${attemptStatuses.map((status) => `'${status}'`).join(', ')})`),
    ),
    check('attempts_usage', sql`(usage_state = 'known') = (input_tokens is not null)`),
    ...tenantPolicies({ service: 'executions', visibility: true, system: true }),
  ],
)
export type AttemptRow = typeof attempts.$inferSelect
