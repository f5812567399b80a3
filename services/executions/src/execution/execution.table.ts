import { contentColumns, instant, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { executionStatuses } from '../contract/status.ts'
import type { RunAs } from '../contract/commands.ts'
import { executionsSchema } from '../database.ts'
import { usageColumns } from './columns.ts'

/**
 * Who may see a row, as one value: the organization, or the owner alone. Every index of a list has it, so that what is
 * other people's own is not read through.
 */
export const audience = sql`(case when visibility = 'organization' then organization_id else owner_id end)`
export const isShared = sql`visibility = 'organization'`

/** One row per execution: the projection of its events, and below `replicaId` what the engine needs to own it. */
export const executions = executionsSchema.table(
  'executions',
  {
    ...contentColumns(),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    status: text('status', { enum: executionStatuses }).notNull(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    track: boolean('track').notNull(),
    trigger: text('trigger').notNull(),
    sourceType: text('source_type'),
    sourceId: text('source_id'),
    sourceName: text('source_name'),
    sourceVersion: integer('source_version'),
    derivedFromId: uuid('derived_from_id'),
    derivedFromStep: text('derived_from_step'),
    derivedFromReason: text('derived_from_reason'),
    planVersion: integer('plan_version').notNull(),
    stepKinds: text('step_kinds').array().notNull(),
    conversation: boolean('conversation').notNull(),
    deadlineMs: integer('deadline_ms').notNull(),
    runAs: jsonb('run_as').$type<RunAs>().notNull(),
    requestHash: text('request_hash').notNull(),
    waitingFor: text('waiting_for'),
    waitingStep: text('waiting_step'),
    waitingSince: instant('waiting_since'),
    waitingUntil: instant('waiting_until'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    progressDone: integer('progress_done').notNull(),
    progressTotal: integer('progress_total').notNull(),
    ...usageColumns(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    deadlineAt: instant('deadline_at'),
    replicaId: uuid('replica_id'),
    /** Raised by each claim: a writer with an older one is refused. */
    fence: bigint('fence', { mode: 'number' }).notNull().default(0),
    commandSeq: integer('command_seq').notNull().default(0),
    consumedSeq: integer('consumed_seq').notNull().default(0),
    /** From when on a replica should claim it; null while it is owned, waits for a person, or has ended. */
    wakeAt: instant('wake_at'),
    openAttempts: integer('open_attempts').notNull().default(0),
    /** A step has ended since the claim: a death of the replica is then not counted against it. */
    stepEnded: boolean('step_ended').notNull().default(false),
    deaths: integer('deaths').notNull().default(0),
    /** Names the last write, so that one of unknown outcome can be looked for. */
    lastCommit: uuid('last_commit'),
  },
  (table) => {
    // Said in a way in which the primary key is not ordered, which is therefore never read through for a list.
    const inOrder = () => table.id.asc().nullsFirst()
    return [
      primaryKey({ columns: [table.id] }),
      index('executions_seen').on(table.organizationId, audience, table.track, inOrder()),
      index('executions_by_kind').on(table.organizationId, audience, table.kind, inOrder()),
      index('executions_by_source')
        .on(table.organizationId, audience, table.sourceId, inOrder())
        .where(sql`source_id is not null`),
      index('executions_shared_by')
        .on(table.organizationId, table.ownerId, table.track, inOrder())
        .where(isShared),
      // All that has not succeeded, which most have: among it the tray of what is queued and running.
      index('executions_by_status')
        .on(table.organizationId, audience, table.track, table.status, inOrder())
        .where(sql`status in ('queued', 'running', 'waiting', 'failed', 'canceled', 'timed_out')`),
      index('executions_claimable')
        .on(table.organizationId, table.wakeAt)
        .where(sql`replica_id is null and wake_at is not null`),
      // What has ended two processes: the next one runs it alone.
      index('executions_solo')
        .on(table.wakeAt)
        .where(sql`replica_id is null and wake_at is not null and deaths = 2`),
      index('executions_owned')
        .on(table.replicaId, table.organizationId)
        .where(sql`replica_id is not null`),
      check(
        'executions_status',
        sql.raw(`status in (${executionStatuses.map((status) => `'${status}'`).join(', ')})`),
      ),
      check('executions_visibility', sql`visibility in ('private', 'organization')`),
      ...tenantPolicies({ service: 'executions', visibility: true, system: true }),
    ]
  },
)
export type ExecutionRow = typeof executions.$inferSelect
