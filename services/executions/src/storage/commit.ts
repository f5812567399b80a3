import type { Sql } from '@quillworks/database/connect'
import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import postgres from 'postgres'
import type { CommitMember } from '../engine/storage.ts'
import { executionState } from './child-arrays.ts'
import { executionColumns, isAtRest } from './encode.ts'
import { rowArrays } from './row-arrays.ts'
import { Statement } from './statement.ts'
import { writeChildren } from './write-rows.ts'

export interface WriteMember extends CommitMember {
  /** Under the row's lock: ownership is not asked for. */
  forced?: boolean
  /** Takes the execution away from its owner. */
  seize?: boolean
}

const memberArrays = rowArrays({
  id: 'uuid',
  ...executionState,
  from_revision: 'bigint',
  fence: 'bigint',
  replica_id: 'uuid',
  command_seq: 'integer',
  consumed_seq: 'integer',
  commit_id: 'uuid',
  step_ended: 'boolean',
  rests: 'boolean',
  forced: 'boolean',
})

const mostTries = 10

/**
 * `commit` on its own, again where a member's row was changed by somebody else in between. Without one moment for the
 * whole statement, Postgres 18 goes on with the changed row and finds nothing any more in the partitioned tables, of
 * any member (decision 0100).
 */
export async function commitAtOneMoment(
  repeatable: Sql,
  members: WriteMember[],
  publish?: (entries: OutboxEntry[]) => void,
): Promise<Set<string>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await commit(repeatable, members, publish)
    } catch (error) {
      const isOvertaken = error instanceof postgres.PostgresError && error.code === '40001'
      if (!isOvertaken || tries === mostTries) throw error
    }
  }
}

/**
 * Writes all members in one statement: each whose replica, fence, commands and revision are still the ones that its
 * decision was made on, that has not ended and is not past its deadline. Answers the ids that were written; their
 * events go to `publish`. `sql` sees one moment, or holds the locks of the members' rows.
 */
export async function commit(
  sql: Sql | postgres.TransactionSql,
  members: WriteMember[],
  publish?: (entries: OutboxEntry[]) => void,
): Promise<Set<string>> {
  const statement = new Statement()
  const asked = statement.rows(
    memberArrays,
    'm',
    members.map((member) => ({
      ...executionColumns(member.projection.after),
      from_revision: member.projection.before?.revision ?? 0,
      fence: member.fence,
      replica_id: member.replicaId,
      command_seq: member.commandSeq,
      consumed_seq: member.consumedSeq,
      commit_id: member.commitId,
      step_ended: member.projection.stepEnded,
      rests: (member.seize ?? false) || (!member.forced && isAtRest(member.projection.after)),
      forced: member.forced ?? false,
    })),
  )
  statement.with(
    'owned',
    `update executions.executions e set name = m.name, status = m.status, revision = m.revision,
      waiting_for = m.waiting_for, waiting_step = m.waiting_step, waiting_since = m.waiting_since,
      waiting_until = m.waiting_until, error_code = m.error_code, error_message = m.error_message,
      progress_done = m.progress_done, progress_total = m.progress_total, input_tokens = m.input_tokens,
      output_tokens = m.output_tokens, cached_tokens = m.cached_tokens, cost_nano_usd = m.cost_nano_usd,
      unknown_attempts = m.unknown_attempts, unpriced_attempts = m.unpriced_attempts,
      time_to_first_token_ms = m.time_to_first_token_ms, updated_at = m.updated_at, started_at = m.started_at,
      finished_at = m.finished_at, deadline_at = m.deadline_at, open_attempts = m.open_attempts,
      consumed_seq = m.consumed_seq, last_commit = m.commit_id,
      step_ended = e.step_ended or m.step_ended, deaths = case when m.step_ended then 0 else e.deaths end,
      replica_id = case when m.rests then null else e.replica_id end,
      wake_at = case when m.rests then m.waiting_until else e.wake_at end
    from ${asked}
    where e.id = m.id and e.fence = m.fence and e.revision = m.from_revision
      and (m.forced or (e.replica_id = m.replica_id and e.command_seq = m.command_seq
        and e.status in ('queued', 'running', 'waiting')
        and (e.deadline_at is null or e.deadline_at > now() or m.status = 'timed_out')))
    returning e.id, e.organization_id, e.owner_id, e.visibility`,
  )
  const entries = writeChildren(statement, members)
  const rows = await statement.run<{ id: string }>(sql, 'select id from owned')
  const written = new Set(rows.map((row) => row.id))
  publish?.(entries.filter(({ executionId }) => written.has(executionId)))
  return written
}
