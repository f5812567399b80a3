import { AppError, notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import { decide } from '../engine/decide.ts'
import { evolveAll } from '../engine/evolve.ts'
import { requireOwner } from '../storage/require-owner.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { ExecutionState } from '../engine/state.ts'
import type {
  NewCommand,
  NewExecution,
  PayloadWrite,
  Started,
  StoredCommandAnswer,
} from '../engine/storage.ts'
import { isAtRest } from '../storage/encode.ts'
import type { SimulatedDatabase } from './database.ts'
import { isOver } from './ownership.ts'
import type { ExecutionRow } from './tables.ts'

/** The transaction that stores a new execution with its first facts. */
export function start(database: SimulatedDatabase, input: NewExecution): Started {
  database.transactions += 1
  const { id, runAs, requestHash, replicaId, copied } = input
  const { organizationId, userId } = runAs
  if (input.idempotency && database.rules.idempotency) {
    const { operation, key, requestHash: callerHash } = input.idempotency
    const bound = [organizationId, userId, operation, key].join('\n')
    const existing = database.idempotency.get(bound)
    if (existing) {
      if (existing.requestHash !== callerHash)
        throw new AppError(
          'idempotency.mismatch',
          'This idempotencyKey was used before with another request.',
        )
      return answer(database, { id: existing.executionId, organizationId, requestHash: null })
    }
    if (database.executions.has(id)) return answer(database, { id, organizationId, requestHash })
    database.idempotency.set(bound, { executionId: id, requestHash: callerHash })
  }
  const state = evolveAll(null, [input.created])
  const next = decide(state, { type: 'tick' }, input.now)
  const first = replicaId !== null || isAtRest(evolveAll(state, next)) ? next : []
  const projection = project(null, [input.created, ...first])
  const { after } = projection
  const more = {
    runAs,
    requestHash,
    stepKinds: [...new Set([...after.steps.values()].map((step) => step.kind))],
    replicaId,
    fence: replicaId === null ? 0 : 1,
    commandSeq: 0,
    consumedSeq: 0,
    wakeAt: replicaId === null && !isAtRest(after) ? after.createdAt : null,
    stepEnded: false,
    deaths: 0,
    lastCommit: null,
  }
  if (!database.insert(projection, more, input.payloads))
    return answer(database, { id, organizationId, requestHash })
  if (copied) {
    const from = database.executions.get(copied.executionId)
    const to = database.row(id)
    for (const ref of copied.refs) if (from?.payloads.has(ref)) to.payloads.set(ref, from.payloads.get(ref))
  }
  if (replicaId === null) return { id, revision: after.revision, fresh: true }
  const none = { commandSeq: 0, consumedSeq: 0, deaths: 0, lastCommit: null, commands: [] }
  const owned = { state: after, runAs, replicaId, fence: 1, payloads: input.payloads, ...none }
  return { id, revision: after.revision, fresh: true, owned }
}

function answer(
  database: SimulatedDatabase,
  { id, organizationId, requestHash }: { id: string; organizationId: string; requestHash: string | null },
): Started {
  const row = database.executions.get(id)
  if (
    row?.state.organizationId !== organizationId ||
    (requestHash !== null && row.requestHash !== requestHash)
  )
    throw new AppError('execution.id_taken', 'This execution id was used before for another request.')
  return { id, revision: row.state.revision, fresh: false }
}

function visibleTo(
  row: ExecutionRow | undefined,
  asked: { organizationId: string; userId: string },
): row is ExecutionRow {
  if (row?.state.organizationId !== asked.organizationId) return false
  return row.state.visibility === 'organization' || row.state.ownerId === asked.userId
}

/** The transaction that stores a command under the row's lock. */
export function command(database: SimulatedDatabase, input: NewCommand): StoredCommandAnswer {
  database.transactions += 1
  const row = database.executions.get(input.executionId)
  if (!visibleTo(row, input)) throw notFound('execution')
  requireOwner(row.state.ownerId, input)
  const { idempotencyKey, requestHash } = input
  const repeated =
    idempotencyKey !== null &&
    database.rules.commandIdempotency &&
    row.commands.find((each) => each.idempotencyKey === idempotencyKey)
  const { revision } = row.state
  if (repeated) {
    if (repeated.requestHash !== requestHash)
      throw new AppError('idempotency.mismatch', 'This idempotencyKey was used before with another request.')
    return { id: row.id, revision, seq: repeated.seq, stepKey: repeated.stepKey }
  }
  const now = database.now()
  if (isOver(row, now)) throw new AppError('execution.ended', 'This execution has ended. Start a new one.')
  const prepared = input.prepare({
    id: row.id,
    status: row.state.status,
    overdue: false,
    conversation: row.state.conversation,
    commandsWaiting: row.commandSeq > row.consumedSeq,
    steps: [...row.steps.values()],
  })
  const seq = row.commandSeq + 1
  row.commandSeq = seq
  if (row.replicaId === null) row.wakeAt = now
  if (prepared.payload) row.payloads.set(prepared.payload.ref, prepared.payload.body)
  row.commands.push({
    seq,
    command: prepared.command,
    stepKey: prepared.stepKey,
    idempotencyKey,
    requestHash,
    transaction: database.transactions,
  })
  return { id: row.id, revision, seq, stepKey: prepared.stepKey }
}

export function commandProgress(database: SimulatedDatabase, executionId: string, seq: number) {
  const row = database.executions.get(executionId)
  const ended =
    row !== undefined && ['succeeded', 'failed', 'canceled', 'timed_out'].includes(row.state.status)
  return {
    consumed: row === undefined || ended || row.consumedSeq >= seq,
    revision: row?.state.revision ?? 0,
  }
}

export function maySee(
  database: SimulatedDatabase,
  asked: { executionId: string; organizationId: string; userId: string },
): boolean {
  return visibleTo(database.executions.get(asked.executionId), asked)
}

/** Decides one input under the row's lock, whoever owns the execution. */
export function applyLocked(
  database: SimulatedDatabase,
  { executionId, input, payloads }: { executionId: string; input: EngineInput; payloads: PayloadWrite[] },
): ExecutionState | null {
  const row = database.executions.get(executionId)
  if (!row) return null
  const state = stateOf(row)
  const events = decide(state, input, Math.floor(database.now()))
  if (events.length === 0) return state
  const projection = project(state, events)
  const { fence, commandSeq, consumedSeq } = row
  const replicaId = row.replicaId ?? newId()
  database.commit([
    { projection, payloads, replicaId, fence, commandSeq, consumedSeq, commitId: newId(), forced: true },
  ])
  if (input.type === 'attempt_completed' || input.type === 'heartbeat') {
    if (input.type === 'attempt_completed') row.commandSeq += 1
    const { status, waiting } = row.state
    const due = status === 'queued' || status === 'running' || row.commandSeq > row.consumedSeq
    if (row.replicaId === null) row.wakeAt = due ? database.now() : (waiting?.until ?? null)
  }
  return projection.after
}

/** The state that the rows are the projection of; steps lie in the order of their ordinals, since none is ever inserted before another. */
export function stateOf(row: ExecutionRow): ExecutionState {
  return { ...row.state, steps: new Map(row.steps) }
}
