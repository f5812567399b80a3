import type postgres from 'postgres'
import type { RunAs } from '../contract/commands.ts'
import type { Projection } from '../engine/project.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import { cleanJson } from './clean.ts'
import { executionColumns } from './encode.ts'
import { childWrites } from './write-rows.ts'

/**
 * Inserts an execution with everything below it, unless its id is taken; answers whether it was inserted. With a
 * `replicaId` it is owned from the beginning, else it waits to be claimed.
 */
export async function insertExecution(
  tx: postgres.TransactionSql,
  input: {
    projection: Projection
    payloads: PayloadWrite[]
    runAs: RunAs
    requestHash: string
    replicaId: string | null
  },
): Promise<boolean> {
  const { projection, replicaId } = input
  const { after } = projection
  const kinds = [...new Set([...after.steps.values()].map((step) => step.kind))]
  const row = cleanJson({
    ...executionColumns(after),
    organization_id: after.organizationId,
    project_id: after.projectId,
    owner_id: after.ownerId,
    visibility: after.visibility,
    created_at: new Date(after.createdAt).toISOString(),
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
    step_kinds: kinds,
    conversation: after.conversation,
    deadline_ms: after.deadlineMs,
    run_as: input.runAs,
    request_hash: input.requestHash,
    replica_id: replicaId,
    fence: replicaId === null ? 0 : 1,
    command_seq: 0,
    consumed_seq: 0,
    wake_at: replicaId === null ? new Date(after.createdAt).toISOString() : null,
    step_ended: false,
    deaths: 0,
    last_commit: null,
  })
  const inserted = await tx<{ id: string }[]>`
    with owned as (
      insert into executions.executions
      select r.* from json_populate_record(null::executions.executions, ${row}::text::json) as r
      on conflict (id) do nothing
      returning id, organization_id, owner_id, visibility
    ),
    ${childWrites(tx, [{ projection, payloads: input.payloads }])}
    select id from owned`
  return inserted.length > 0
}
