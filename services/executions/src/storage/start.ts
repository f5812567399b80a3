import type { Database, Sql } from '@quillworks/database/connect'
import { AppError } from '@quillworks/service-kit/errors'
import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import type postgres from 'postgres'
import { decide } from '../engine/decide.ts'
import { evolveAll } from '../engine/evolve.ts'
import { project } from '../engine/project.ts'
import type { NewExecution, Started } from '../engine/storage.ts'
import { isAtRest } from './encode.ts'
import { bindIdempotencyKey } from './idempotency.ts'
import type { GroupStart } from './group-start.ts'
import { insertExecutions, type ExecutionInsert } from './insert-execution.ts'

export interface StartStorage {
  database: Database
  together: GroupStart
  publish?: ((entries: OutboxEntry[]) => void) | undefined
}

/**
 * Stores a new execution, its first facts and its events in one commit; the same id or idempotency key with the same
 * request answers the same execution. With a `replicaId` its first steps are started in the same commit.
 */
export function storeStart(tools: StartStorage, input: NewExecution): Promise<Started> {
  return input.idempotency || input.copied ? storeAlone(tools, input) : storeTogether(tools, input)
}

/** Shares its commit with whatever else starts at this moment. */
async function storeTogether({ database, together }: StartStorage, input: NewExecution): Promise<Started> {
  const insert = insertOf(input)
  if (await together.submit(insert)) return started(input, insert)
  const { id, requestHash } = input
  const { organizationId } = input.runAs
  return database.run(({ sql }) => answer(sql, { id, organizationId, requestHash }))
}

async function storeAlone({ database, publish }: StartStorage, input: NewExecution): Promise<Started> {
  let toPublish: OutboxEntry[] = []
  const stored = await database.run(({ sql }) =>
    sql.begin(async (tx) => {
      const { id, requestHash, copied } = input
      const { organizationId } = input.runAs
      const existing = await earlierBy(tx, input)
      if (existing !== null) return answer(tx, { id: existing, organizationId, requestHash: null })
      const insert = insertOf(input)
      const inserted = await insertExecutions(tx, [insert], (written) => (toPublish = written))
      if (!inserted.has(id)) return answer(tx, { id, organizationId, requestHash })
      if (copied) await copyContent(tx, id, copied)
      return started(input, insert)
    }),
  )
  publish?.(toPublish)
  return stored
}

/** The execution that the request's idempotency key stands for already, if any. */
async function earlierBy(
  tx: postgres.TransactionSql,
  { id, runAs, idempotency }: NewExecution,
): Promise<string | null> {
  if (!idempotency) return null
  const { operation, key, requestHash } = idempotency
  const { organizationId, userId: principal } = runAs
  return bindIdempotencyKey(tx, { organizationId, principal, operation, key, executionId: id, requestHash })
}

async function copyContent(
  tx: postgres.TransactionSql,
  id: string,
  { executionId, refs }: { executionId: string; refs: string[] },
): Promise<void> {
  await tx`
    insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
    select e.id, e.organization_id, e.owner_id, e.visibility, p.ref, p.body
    from executions.payloads p join executions.executions e on e.id = ${id}
    where p.execution_id = ${executionId} and p.ref = any(${refs}::text[])`
}

function insertOf({ created, payloads, runAs, requestHash, replicaId, now }: NewExecution): ExecutionInsert {
  const state = evolveAll(null, [created])
  const next = decide(state, { type: 'tick' }, now)
  // Without an owner nothing may be in flight, but what has nothing left to do is at rest from the beginning.
  const first = replicaId !== null || isAtRest(evolveAll(state, next)) ? next : []
  return { projection: project(null, [created, ...first]), payloads, runAs, requestHash, replicaId }
}

function started({ id, runAs, replicaId, payloads }: NewExecution, { projection }: ExecutionInsert): Started {
  const { after: state } = projection
  if (replicaId === null) return { id, revision: state.revision, fresh: true }
  const none = { commandSeq: 0, consumedSeq: 0, deaths: 0, lastCommit: null, commands: [] }
  const owned = { state, runAs, replicaId, fence: 1, payloads, ...none }
  return { id, revision: state.revision, fresh: true, owned }
}

async function answer(
  tx: Sql | postgres.TransactionSql,
  { id, organizationId, requestHash }: { id: string; organizationId: string; requestHash: string | null },
): Promise<Started> {
  const [row] = await tx<{ revision: string; organization_id: string; request_hash: string }[]>`
    select revision, organization_id, request_hash from executions.executions where id = ${id}`
  if (row?.organization_id !== organizationId || (requestHash !== null && row.request_hash !== requestHash)) {
    throw new AppError('execution.id_taken', 'This execution id was used before for another request.')
  }
  return { id, revision: Number(row.revision), fresh: false }
}
