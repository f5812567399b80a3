import type { Database } from '@quillworks/database/connect'
import { AppError } from '@quillworks/service-kit/errors'
import type { EngineEvent } from '../engine/events.ts'
import { decide } from '../engine/decide.ts'
import { evolveAll } from '../engine/evolve.ts'
import { project } from '../engine/project.ts'
import type { RunAs, StartExecution } from '../contract/commands.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import { isAtRest } from './encode.ts'
import { bindIdempotencyKey } from './idempotency.ts'
import { insertExecutions } from './insert-execution.ts'

export interface Started {
  id: string
  revision: number
  /** False when the same request had been accepted before. */
  fresh: boolean
}

/** An execution to store; with a `replicaId` it is owned from the beginning. */
export interface NewExecution {
  id: string
  runAs: RunAs
  idempotency: StartExecution['idempotency'] | null
  created: EngineEvent
  payloads: PayloadWrite[]
  /** Content taken over from an earlier execution under the same references. */
  copied?: { executionId: string; refs: string[] }
  requestHash: string
  replicaId: string | null
  now: number
}

/**
 * Stores a new execution, its first facts and its events in one transaction; the same id or idempotency key with the
 * same request answers the same execution. With a `replicaId` its first steps are started in the same commit.
 */
export function storeStart(database: Database, input: NewExecution): Promise<Started> {
  const { id, runAs, requestHash, replicaId, copied } = input
  const { organizationId, userId } = runAs
  return database.run(({ sql }) =>
    sql.begin(async (tx) => {
      if (input.idempotency) {
        const { operation, key, requestHash: callerHash } = input.idempotency
        const existing = await bindIdempotencyKey(tx, {
          organizationId,
          principal: userId,
          operation,
          key,
          executionId: id,
          requestHash: callerHash,
        })
        if (existing !== null) return answer(tx, { id: existing, organizationId, requestHash: null })
      }
      const state = evolveAll(null, [input.created])
      const next = decide(state, { type: 'tick' }, input.now)
      // Without an owner nothing may be in flight, but what has nothing left to do is at rest from the beginning.
      const first = replicaId !== null || isAtRest(evolveAll(state, next)) ? next : []
      const projection = project(null, [input.created, ...first])
      const { payloads } = input
      const inserted = await insertExecutions(tx, [{ projection, payloads, runAs, requestHash, replicaId }])
      if (!inserted.has(id)) return answer(tx, { id, organizationId, requestHash })
      if (copied) {
        await tx`
          insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
          select e.id, e.organization_id, e.owner_id, e.visibility, p.ref, p.body
          from executions.payloads p join executions.executions e on e.id = ${id}
          where p.execution_id = ${copied.executionId} and p.ref = any(${copied.refs}::text[])`
      }
      return { id, revision: projection.after.revision, fresh: true }
    }),
  )
}

async function answer(
  tx: Parameters<typeof bindIdempotencyKey>[0],
  { id, organizationId, requestHash }: { id: string; organizationId: string; requestHash: string | null },
): Promise<Started> {
  const [row] = await tx<{ revision: string; organization_id: string; request_hash: string }[]>`
    select revision, organization_id, request_hash from executions.executions where id = ${id}`
  if (row?.organization_id !== organizationId || (requestHash !== null && row.request_hash !== requestHash)) {
    throw new AppError('execution.id_taken', 'This execution id was used before for another request.')
  }
  return { id, revision: Number(row.revision), fresh: false }
}
