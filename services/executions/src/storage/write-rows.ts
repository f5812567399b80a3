import type { Sql } from '@quillworks/database/connect'
import type postgres from 'postgres'
import type { PayloadWrite } from '../engine/storage.ts'
import type { Projection } from '../engine/project.ts'
import { cleanJson } from './clean.ts'
import { eventColumns, outboxColumns, stepColumns } from './encode.ts'

/** What one statement writes below the rows of the CTE `owned (id, organization_id, owner_id, visibility)`. */
export interface ChildRows {
  projection: Projection
  payloads: PayloadWrite[]
}

/**
 * The CTEs that insert events, steps, attempts, payloads and outbox rows, each joined to `owned`: a member that is not
 * owned any more writes nothing.
 */
export function childWrites(sql: Sql | postgres.TransactionSql, members: ChildRows[]) {
  const all = members.map(({ projection, payloads }) => ({ projection, payloads, id: projection.after.id }))
  const steps = cleanJson(
    all.flatMap(({ projection, id }) => projection.steps.map((step) => stepColumns(id, step))),
  )
  const attempts = cleanJson(
    all.flatMap(({ projection, id }) =>
      projection.attempts.map((change) => ({ execution_id: id, ...change })),
    ),
  )
  const events = cleanJson(
    all.flatMap(({ projection, id }) => projection.events.map((event) => eventColumns(id, event))),
  )
  const outbox = cleanJson(
    all.flatMap(({ projection }) => projection.events.map((event) => outboxColumns(projection, event))),
  )
  const payloads = cleanJson(
    all.flatMap(({ payloads, id }) => payloads.map((payload) => ({ execution_id: id, ...payload }))),
  )
  return sql`
    written_steps as (
      insert into executions.steps as s (execution_id, organization_id, owner_id, visibility, key, ordinal, name, kind, after,
        retry, timeout_ms, conversation, replaces, model, status, attempt, failures, open_started_at, unknown,
        next_attempt_at, input_ref, output_ref, error_code, error_message, input_tokens, output_tokens, cached_tokens,
        cost_nano_usd, unknown_attempts, unpriced_attempts, time_to_first_token_ms, started_at, finished_at)
      select o.id, o.organization_id, o.owner_id, o.visibility, r.key, r.ordinal, r.name, r.kind,
        array(select json_array_elements_text(r.after)), r.retry, r.timeout_ms, r.conversation, r.replaces, r.model,
        r.status, r.attempt, r.failures, r.open_started_at,
        array(select json_array_elements_text(r.unknown)::integer), r.next_attempt_at, r.input_ref, r.output_ref,
        r.error_code, r.error_message, r.input_tokens, r.output_tokens, r.cached_tokens, r.cost_nano_usd,
        r.unknown_attempts, r.unpriced_attempts, r.time_to_first_token_ms, r.started_at, r.finished_at
      from json_to_recordset(${steps}::text::json) as r (execution_id uuid, key text, ordinal integer, name text, kind text,
        after json, retry jsonb, timeout_ms integer, conversation boolean, replaces text, model text, status text,
        attempt integer, failures integer, open_started_at timestamptz, unknown json, next_attempt_at timestamptz,
        input_ref text, output_ref text, error_code text, error_message text, input_tokens bigint, output_tokens bigint,
        cached_tokens bigint, cost_nano_usd bigint, unknown_attempts integer, unpriced_attempts integer,
        time_to_first_token_ms integer, started_at timestamptz, finished_at timestamptz)
      join owned o on o.id = r.execution_id
      on conflict (execution_id, key) do update set status = excluded.status, attempt = excluded.attempt,
        failures = excluded.failures, open_started_at = excluded.open_started_at, unknown = excluded.unknown,
        next_attempt_at = excluded.next_attempt_at, output_ref = excluded.output_ref, error_code = excluded.error_code,
        error_message = excluded.error_message, input_tokens = excluded.input_tokens,
        output_tokens = excluded.output_tokens, cached_tokens = excluded.cached_tokens,
        cost_nano_usd = excluded.cost_nano_usd, unknown_attempts = excluded.unknown_attempts,
        unpriced_attempts = excluded.unpriced_attempts, time_to_first_token_ms = excluded.time_to_first_token_ms,
        started_at = excluded.started_at, finished_at = excluded.finished_at
    ),
    attempt_changes as materialized (
      select o.organization_id, o.owner_id, o.visibility, r.*
      from json_to_recordset(${attempts}::text::json) as r (execution_id uuid, step_key text, number integer,
        fresh boolean, status text, model text, output_ref text, finish_reason text, error_code text, error_message text,
        usage_state text, input_tokens bigint, output_tokens bigint, cached_tokens bigint, cost_nano_usd bigint,
        time_to_first_token_ms integer, started_at timestamptz, finished_at timestamptz)
      join owned o on o.id = r.execution_id
    ),
    new_attempts as (
      insert into executions.attempts (execution_id, organization_id, owner_id, visibility, step_key, number, status, model,
        output_ref, finish_reason, error_code, error_message, usage_state, input_tokens, output_tokens, cached_tokens,
        cost_nano_usd, time_to_first_token_ms, started_at, finished_at)
      select execution_id, organization_id, owner_id, visibility, step_key, number, status, model, output_ref, finish_reason,
        error_code, error_message, usage_state, input_tokens, output_tokens, cached_tokens, cost_nano_usd,
        time_to_first_token_ms, started_at, finished_at
      from attempt_changes where fresh
    ),
    changed_attempts as (
      update executions.attempts a set status = coalesce(c.status, a.status),
        finish_reason = coalesce(c.finish_reason, a.finish_reason), error_code = coalesce(c.error_code, a.error_code),
        error_message = coalesce(c.error_message, a.error_message), usage_state = coalesce(c.usage_state, a.usage_state),
        input_tokens = coalesce(c.input_tokens, a.input_tokens),
        output_tokens = coalesce(c.output_tokens, a.output_tokens),
        cached_tokens = coalesce(c.cached_tokens, a.cached_tokens),
        cost_nano_usd = coalesce(c.cost_nano_usd, a.cost_nano_usd),
        time_to_first_token_ms = coalesce(c.time_to_first_token_ms, a.time_to_first_token_ms),
        finished_at = coalesce(c.finished_at, a.finished_at)
      from attempt_changes c
      where not c.fresh and a.execution_id = c.execution_id and a.step_key = c.step_key and a.number = c.number
    ),
    written_events as (
      insert into executions.events (execution_id, organization_id, owner_id, visibility, revision, type, step_key, data, at)
      select o.id, o.organization_id, o.owner_id, o.visibility, r.revision, r.type, r.step_key, r.data, r.at
      from json_to_recordset(${events}::text::json) as r (execution_id uuid, revision bigint, type text, step_key text,
        data jsonb, at timestamptz)
      join owned o on o.id = r.execution_id
    ),
    written_payloads as (
      insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
      select o.id, o.organization_id, o.owner_id, o.visibility, r.ref, coalesce(r.body::jsonb, 'null'::jsonb)
      from json_to_recordset(${payloads}::text::json) as r (execution_id uuid, ref text, body json)
      join owned o on o.id = r.execution_id
      on conflict (execution_id, ref) do update set body = excluded.body
    ),
    written_outbox as (
      insert into executions.outbox (id, organization_id, subject, event)
      select r.id, o.organization_id, r.subject, r.event
      from json_to_recordset(${outbox}::text::json) as r (execution_id uuid, id uuid, subject text, event jsonb)
      join owned o on o.id = r.execution_id
    )`
}
