import type { Database } from '@quillworks/database/connect'
import { AppError, notFound } from '@quillworks/service-kit/errors'
import type postgres from 'postgres'
import type { ExecutionStatus } from '../contract/status.ts'
import { isFinal } from '../contract/status.ts'
import type { CommandTarget, NewCommand, StoredCommandAnswer } from '../engine/storage.ts'
import { cleanJson } from './clean.ts'
import { requireOwner } from './require-owner.ts'

interface TargetRow {
  id: string
  owner_id: string
  status: ExecutionStatus
  revision: string
  overdue: boolean
  conversation: boolean
  command_seq: number
  consumed_seq: number
}

/**
 * Stores a command of somebody who may give it; `prepare` refuses what makes no sense now. The same
 * idempotency key answers what it answered before.
 */
export function storeCommand(database: Database, input: NewCommand): Promise<StoredCommandAnswer> {
  return database.run(({ sql }) =>
    sql.begin(async (tx) => {
      const { executionId, organizationId, userId, idempotencyKey, requestHash } = input
      const [row] = await tx<TargetRow[]>`
        select id, owner_id, status, revision, conversation, command_seq, consumed_seq,
          status = 'running' and deadline_at <= now() as overdue
        from executions.executions
        where id = ${executionId} and organization_id = ${organizationId}
          and (visibility = 'organization' or owner_id = ${userId})
        for update`
      if (!row) throw notFound('execution')
      requireOwner(row.owner_id, input)
      const repeated =
        idempotencyKey === null ? null : await earlierAnswer(tx, row, idempotencyKey, requestHash)
      if (repeated) return repeated
      if (isFinal(row.status) || row.overdue) {
        const goOn = row.conversation ? 'forkExecution goes on from it' : 'Start a new one'
        throw new AppError('execution.ended', `This execution has ended. ${goOn}.`)
      }
      const steps = await tx<CommandTarget['steps']>`
        select key, status, conversation, replaces, model from executions.steps where execution_id = ${executionId} order by ordinal`
      const { command, stepKey, payload } = input.prepare({
        id: row.id,
        status: row.status,
        overdue: row.overdue,
        conversation: row.conversation,
        commandsWaiting: row.command_seq > row.consumed_seq,
        steps: [...steps],
      })
      const seq = row.command_seq + 1
      await tx`
        with target as (
          update executions.executions set command_seq = ${seq},
            wake_at = case when replica_id is null then now() else wake_at end
          where id = ${executionId} returning id, organization_id, owner_id, visibility
        ),
        content as (
          insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
          select t.id, t.organization_id, t.owner_id, t.visibility, ${payload?.ref ?? ''}, ${cleanJson(payload?.body ?? null)}::text::jsonb
          from target t where ${payload !== null}
        )
        insert into executions.commands (execution_id, organization_id, owner_id, visibility, seq, idempotency_key,
          request_hash, step_key, body)
        select id, organization_id, owner_id, visibility, ${seq}, ${idempotencyKey}, ${requestHash}, ${stepKey},
          ${cleanJson(command)}::text::jsonb from target`
      return { id: executionId, revision: Number(row.revision), seq, stepKey }
    }),
  )
}

async function earlierAnswer(
  tx: postgres.TransactionSql,
  row: TargetRow,
  key: string,
  requestHash: string,
): Promise<StoredCommandAnswer | null> {
  const [command] = await tx<{ seq: number; step_key: string | null; request_hash: string }[]>`
    select seq, step_key, request_hash from executions.commands
    where execution_id = ${row.id} and idempotency_key = ${key}`
  if (!command) return null
  if (command.request_hash !== requestHash) {
    throw new AppError('idempotency.mismatch', 'This idempotencyKey was used before with another request.')
  }
  return { id: row.id, revision: Number(row.revision), seq: command.seq, stepKey: command.step_key }
}

/** The revision, and whether commands up to `seq` have been looked at. */
export function commandProgress(
  database: Database,
  executionId: string,
  seq: number,
): Promise<{ consumed: boolean; revision: number }> {
  return database.run(async ({ sql }) => {
    const [row] = await sql<{ consumed_seq: number; revision: string; ended: boolean }[]>`
      select consumed_seq, revision, status in ('succeeded', 'failed', 'canceled', 'timed_out') as ended
      from executions.executions where id = ${executionId}`
    return {
      consumed: row === undefined || row.ended || row.consumed_seq >= seq,
      revision: Number(row?.revision ?? 0),
    }
  })
}
