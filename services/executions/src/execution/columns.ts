import { bigint, integer, text, uuid } from 'drizzle-orm/pg-core'

/**
 * Columns of every row below an execution, copied from it in the statement that writes them, so that their policies
 * need no look at another table.
 */
export function ownedColumns() {
  return {
    executionId: uuid('execution_id').notNull(),
    organizationId: uuid('organization_id').notNull(),
    ownerId: uuid('owner_id').notNull(),
    visibility: text('visibility', { enum: ['private', 'organization'] }).notNull(),
  }
}

/** Sums over ended attempts; null where no attempt told. */
export function usageColumns() {
  return {
    inputTokens: bigint('input_tokens', { mode: 'number' }),
    outputTokens: bigint('output_tokens', { mode: 'number' }),
    cachedTokens: bigint('cached_tokens', { mode: 'number' }),
    costNanoUsd: bigint('cost_nano_usd', { mode: 'bigint' }),
    unknownAttempts: integer('unknown_attempts').notNull().default(0),
    unpricedAttempts: integer('unpriced_attempts').notNull().default(0),
    timeToFirstTokenMs: integer('time_to_first_token_ms'),
  }
}
