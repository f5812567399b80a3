import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import type { Projection } from '../engine/project.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import {
  attemptChangeArrays,
  eventArrays,
  newAttemptArrays,
  newStepArrays,
  payloadArrays,
  stepChangeArrays,
  unpublishedArrays,
} from './child-arrays.ts'
import { cleanJson } from './clean.ts'
import { eventColumns, newStepColumns, stepColumns } from './encode.ts'
import { publicEvent } from './public-event.ts'
import type { Statement } from './statement.ts'
import { keyOf } from './unpublished-events.ts'

/** What one statement writes below the rows of its part `owned (id, organization_id, owner_id, visibility)`. */
export interface ChildRows {
  projection: Projection
  payloads: PayloadWrite[]
}

/** What is published of an execution once its rows are committed. */
export interface ToPublish extends OutboxEntry {
  executionId: string
}

const owner = 'o.organization_id, o.owner_id, o.visibility'

/**
 * Adds the parts that write steps, attempts, events, payloads and what is to be published, each joined to `owned`: a
 * member that is not owned any more writes nothing. Tables that nothing is written to are left out. Answers what is to
 * be published.
 */
export function writeChildren(statement: Statement, members: ChildRows[]): ToPublish[] {
  writeSteps(statement, members)
  writeAttempts(statement, members)
  writePayloads(statement, members)
  return writeEvents(statement, members)
}

function writeSteps(statement: Statement, members: ChildRows[]): void {
  const steps = members.flatMap(({ projection: { before, after, steps: touched } }) =>
    touched.map((step) => ({ id: after.id, step, fresh: before?.steps.has(step.key) !== true })),
  )
  const fresh = steps.filter((each) => each.fresh)
  if (fresh.length > 0) {
    const rows = statement.rows(
      newStepArrays,
      'r',
      fresh.map(({ id, step }) => newStepColumns(id, step)),
    )
    statement.with(
      'new_steps',
      `insert into executions.steps (execution_id, organization_id, owner_id, visibility, key, ordinal, name, kind, after,
        retry, timeout_ms, conversation, replaces, model, input_ref, status, attempt, failures, open_started_at, open_until, unknown,
        next_attempt_at, output_ref, error_code, error_message, input_tokens, output_tokens, cached_tokens, cost_nano_usd,
        unknown_attempts, unpriced_attempts, time_to_first_token_ms, started_at, finished_at)
      select o.id, ${owner}, r.key, r.ordinal, r.name, r.kind, r.after::text[], r.retry::jsonb, r.timeout_ms,
        r.conversation, r.replaces, r.model, r.input_ref, r.status, r.attempt, r.failures, r.open_started_at,
        r.open_until, r.unknown::integer[], r.next_attempt_at, r.output_ref, r.error_code, r.error_message, r.input_tokens,
        r.output_tokens, r.cached_tokens, r.cost_nano_usd, r.unknown_attempts, r.unpriced_attempts,
        r.time_to_first_token_ms, r.started_at, r.finished_at
      from ${rows} join owned o on o.id = r.execution_id`,
    )
  }
  const changed = steps.filter((each) => !each.fresh)
  if (changed.length === 0) return
  const rows = statement.rows(
    stepChangeArrays,
    'r',
    changed.map(({ id, step }) => stepColumns(id, step)),
  )
  statement.with(
    'changed_steps',
    `update executions.steps s set status = r.status, attempt = r.attempt, failures = r.failures,
      open_started_at = r.open_started_at, open_until = r.open_until, unknown = r.unknown::integer[], next_attempt_at = r.next_attempt_at,
      output_ref = r.output_ref, error_code = r.error_code, error_message = r.error_message,
      input_tokens = r.input_tokens, output_tokens = r.output_tokens, cached_tokens = r.cached_tokens,
      cost_nano_usd = r.cost_nano_usd, unknown_attempts = r.unknown_attempts, unpriced_attempts = r.unpriced_attempts,
      time_to_first_token_ms = r.time_to_first_token_ms, started_at = r.started_at, finished_at = r.finished_at
    from ${rows} join owned o on o.id = r.execution_id
    where s.execution_id = o.id and s.key = r.key
      and ${statement.among(
        's.execution_id',
        changed.map(({ id }) => id),
      )}`,
  )
}

function writeAttempts(statement: Statement, members: ChildRows[]): void {
  const changes = members.flatMap(({ projection: { after, attempts } }) =>
    attempts.map((change) => ({ execution_id: after.id, ...change })),
  )
  const fresh = changes.filter((change) => change.fresh)
  if (fresh.length > 0) {
    const rows = statement.rows(newAttemptArrays, 'r', fresh)
    statement.with(
      'new_attempts',
      `insert into executions.attempts (execution_id, organization_id, owner_id, visibility, step_key, number, model,
        output_ref, status, finish_reason, error_code, error_message, usage_state, input_tokens, output_tokens,
        cached_tokens, cost_nano_usd, time_to_first_token_ms, started_at, finished_at)
      select o.id, ${owner}, r.step_key, r.number, r.model, r.output_ref, r.status, r.finish_reason, r.error_code,
        r.error_message, r.usage_state, r.input_tokens, r.output_tokens, r.cached_tokens, r.cost_nano_usd,
        r.time_to_first_token_ms, r.started_at, r.finished_at
      from ${rows} join owned o on o.id = r.execution_id`,
    )
  }
  const changed = changes.filter((change) => !change.fresh)
  if (changed.length === 0) return
  const rows = statement.rows(attemptChangeArrays, 'c', changed)
  statement.with(
    'changed_attempts',
    `update executions.attempts a set status = coalesce(c.status, a.status),
      finish_reason = coalesce(c.finish_reason, a.finish_reason), error_code = coalesce(c.error_code, a.error_code),
      error_message = coalesce(c.error_message, a.error_message), usage_state = coalesce(c.usage_state, a.usage_state),
      input_tokens = coalesce(c.input_tokens, a.input_tokens), output_tokens = coalesce(c.output_tokens, a.output_tokens),
      cached_tokens = coalesce(c.cached_tokens, a.cached_tokens),
      cost_nano_usd = coalesce(c.cost_nano_usd, a.cost_nano_usd),
      time_to_first_token_ms = coalesce(c.time_to_first_token_ms, a.time_to_first_token_ms),
      finished_at = coalesce(c.finished_at, a.finished_at)
    from ${rows} join owned o on o.id = c.execution_id
    where a.execution_id = o.id and a.step_key = c.step_key and a.number = c.number
      and ${statement.among(
        'a.execution_id',
        changed.map(({ execution_id }) => execution_id),
      )}`,
  )
}

function writeEvents(statement: Statement, members: ChildRows[]): ToPublish[] {
  const told = members.flatMap(({ projection }) => (projection.events.length > 0 ? [projection] : []))
  if (told.length === 0) return []
  const events = statement.rows(
    eventArrays,
    'r',
    told.flatMap(({ after, events: all }) => all.map((event) => eventColumns(after.id, event))),
  )
  statement.with(
    'written_events',
    `insert into executions.events (execution_id, organization_id, owner_id, visibility, revision, type, step_key, data, at)
    select o.id, ${owner}, r.revision, r.type, r.step_key, r.data::jsonb, r.at
    from ${events} join owned o on o.id = r.execution_id`,
  )
  const commits = told.map(({ before, after }) => ({
    execution_id: after.id,
    from_revision: (before?.revision ?? 0) + 1,
    to_revision: after.revision,
  }))
  statement.with(
    'written_unpublished',
    `insert into executions.unpublished (execution_id, organization_id, from_revision, to_revision)
    select o.id, o.organization_id, r.from_revision, r.to_revision
    from ${statement.rows(unpublishedArrays, 'r', commits)} join owned o on o.id = r.execution_id`,
  )
  return told.map(({ before, after, events: all }) => ({
    executionId: after.id,
    key: keyOf({ executionId: after.id, from: (before?.revision ?? 0) + 1, to: after.revision }),
    events: all.map((event) => publicEvent(after, event)),
  }))
}

function writePayloads(statement: Statement, members: ChildRows[]): void {
  const all = members.flatMap(({ projection, payloads }) =>
    payloads.map(({ ref, body }) => ({ execution_id: projection.after.id, ref, body: cleanJson(body) })),
  )
  if (all.length === 0) return
  const rows = statement.rows(payloadArrays, 'r', all)
  statement.with(
    'written_payloads',
    `insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
    select o.id, ${owner}, r.ref, r.body::jsonb
    from ${rows} join owned o on o.id = r.execution_id
    on conflict (execution_id, ref) do update set body = excluded.body`,
  )
}
