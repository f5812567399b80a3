import type { Sql } from '@quillworks/database/connect'
import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import type postgres from 'postgres'
import type { RunAs } from '../contract/commands.ts'
import type { Projection } from '../engine/project.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import { executionState } from './child-arrays.ts'
import { cleanJson } from './clean.ts'
import { executionColumns, isAtRest } from './encode.ts'
import { rowArrays, textArray } from './row-arrays.ts'
import { Statement } from './statement.ts'
import { writeChildren } from './write-rows.ts'

const plain = {
  id: 'uuid',
  organization_id: 'uuid',
  project_id: 'uuid',
  owner_id: 'uuid',
  visibility: 'text',
  created_at: 'instant',
  kind: 'text',
  track: 'boolean',
  trigger: 'text',
  source_type: 'text',
  source_id: 'text',
  source_name: 'text',
  source_version: 'integer',
  derived_from_id: 'uuid',
  derived_from_step: 'text',
  derived_from_reason: 'text',
  plan_version: 'integer',
  conversation: 'boolean',
  deadline_ms: 'integer',
  request_hash: 'text',
  ...executionState,
  replica_id: 'uuid',
  fence: 'bigint',
  wake_at: 'instant',
} as const

const names = Object.keys(plain).join(', ')
const newExecutionArrays = rowArrays({ ...plain, step_kinds: 'text', run_as: 'json' })

/**
 * A new execution with everything below it; with a `replicaId` it is owned from the beginning, else it waits to be
 * claimed, unless it is at rest already.
 */
export interface ExecutionInsert {
  projection: Projection
  payloads: PayloadWrite[]
  runAs: RunAs
  requestHash: string
  replicaId: string | null
}

/**
 * Inserts executions in one statement, except those whose id is taken; answers the ids that were inserted. Their events
 * go to `publish`.
 */
export async function insertExecutions(
  sql: Sql | postgres.TransactionSql,
  inserts: ExecutionInsert[],
  publish?: (entries: OutboxEntry[]) => void,
): Promise<Set<string>> {
  const statement = new Statement()
  const asked = statement.rows(newExecutionArrays, 'm', inserts.map(columns))
  statement.with(
    'owned',
    `insert into executions.executions (${names}, step_kinds, run_as, command_seq, consumed_seq, step_ended, deaths)
    select ${names}, step_kinds::text[], run_as::jsonb, 0, 0, false, 0 from ${asked}
    on conflict (id) do nothing
    returning id, organization_id, owner_id, visibility`,
  )
  const entries = writeChildren(statement, inserts)
  const rows = await statement.run<{ id: string }>(sql, 'select id from owned')
  const inserted = new Set(rows.map((row) => row.id))
  publish?.(entries.filter(({ executionId }) => inserted.has(executionId)))
  return inserted
}

function columns({ projection: { after }, runAs, requestHash, replicaId }: ExecutionInsert) {
  const kinds = new Set([...after.steps.values()].map((step) => step.kind))
  const { createdAt } = after
  return {
    ...executionColumns(after),
    organization_id: after.organizationId,
    project_id: after.projectId,
    owner_id: after.ownerId,
    visibility: after.visibility,
    created_at: createdAt,
    kind: after.kind,
    track: after.track,
    trigger: after.trigger,
    source_type: after.source?.type ?? null,
    source_id: after.source?.id ?? null,
    source_name: after.source?.name ?? null,
    source_version: after.source?.version ?? null,
    derived_from_id: after.derivedFrom?.id ?? null,
    derived_from_step: after.derivedFrom?.stepKey ?? null,
    derived_from_reason: after.derivedFrom?.reason ?? null,
    plan_version: after.planVersion,
    conversation: after.conversation,
    deadline_ms: after.deadlineMs,
    request_hash: requestHash,
    replica_id: replicaId,
    fence: replicaId === null ? 0 : 1,
    wake_at: replicaId === null && !isAtRest(after) ? createdAt : null,
    step_kinds: textArray([...kinds]),
    run_as: cleanJson(runAs),
  }
}
