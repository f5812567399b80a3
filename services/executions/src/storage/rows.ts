import type { RunAs } from '../contract/commands.ts'
import type { RetryPolicy, StepKind } from '../contract/plan.ts'
import type { ExecutionStatus, StepStatus } from '../contract/status.ts'
import type { WaitKind } from '../contract/events.ts'
import type { LoadedExecution, StoredCommand } from '../engine/storage.ts'
import type { ExecutionState, StepState } from '../engine/state.ts'
import type { UsageTotals } from '../engine/usage.ts'

interface UsageRow {
  input_tokens: string | null
  output_tokens: string | null
  cached_tokens: string | null
  cost_nano_usd: string | null
  unknown_attempts: number
  unpriced_attempts: number
  time_to_first_token_ms: number | null
}

/** A row of `executions` as the raw client reads it: bigint as text, instants as Date. */
export interface ExecutionRecord extends UsageRow {
  id: string
  organization_id: string
  project_id: string
  owner_id: string
  visibility: 'private' | 'organization'
  created_at: Date
  updated_at: Date
  kind: string
  name: string
  status: ExecutionStatus
  revision: string
  track: boolean
  trigger: string
  source_type: string | null
  source_id: string | null
  source_name: string | null
  source_version: number | null
  derived_from_id: string | null
  derived_from_step: string | null
  derived_from_reason: string | null
  plan_version: number
  conversation: boolean
  deadline_ms: number
  run_as: RunAs
  request_hash: string
  waiting_for: WaitKind | null
  waiting_step: string | null
  waiting_since: Date | null
  waiting_until: Date | null
  error_code: string | null
  error_message: string | null
  started_at: Date | null
  finished_at: Date | null
  deadline_at: Date | null
  replica_id: string | null
  fence: string
  command_seq: number
  consumed_seq: number
  deaths: number
  last_commit: string | null
}

export interface StepRecord extends UsageRow {
  execution_id: string
  key: string
  ordinal: number
  name: string | null
  kind: StepKind
  after: string[]
  retry: RetryPolicy
  timeout_ms: number | null
  conversation: boolean
  replaces: string | null
  model: string | null
  status: StepStatus
  attempt: number
  failures: number
  open_started_at: Date | null
  open_until: Date | null
  unknown: number[]
  next_attempt_at: Date | null
  input_ref: string
  output_ref: string | null
  error_code: string | null
  error_message: string | null
  started_at: Date | null
  finished_at: Date | null
}

const time = (date: Date | null): number | null => (date === null ? null : date.getTime())
const count = (text: string | null): number | null => (text === null ? null : Number(text))

function usageOf(row: UsageRow): UsageTotals {
  return {
    inputTokens: count(row.input_tokens),
    outputTokens: count(row.output_tokens),
    cachedTokens: count(row.cached_tokens),
    costNanoUsd: row.cost_nano_usd,
    unknownAttempts: row.unknown_attempts,
    unpricedAttempts: row.unpriced_attempts,
    timeToFirstTokenMs: row.time_to_first_token_ms,
  }
}

function failureOf(row: { error_code: string | null; error_message: string | null }) {
  return row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' }
}

function stepOf(row: StepRecord): StepState {
  return {
    key: row.key,
    ordinal: row.ordinal,
    name: row.name,
    kind: row.kind,
    after: row.after,
    retry: row.retry,
    timeoutMs: row.timeout_ms,
    conversation: row.conversation,
    replaces: row.replaces,
    model: row.model,
    inputRef: row.input_ref,
    status: row.status,
    attempt: row.attempt,
    failures: row.failures,
    open: row.open_started_at && {
      number: row.attempt,
      startedAt: row.open_started_at.getTime(),
      until: time(row.open_until),
    },
    unknown: row.unknown,
    nextAttemptAt: time(row.next_attempt_at),
    outputRef: row.output_ref,
    error: failureOf(row),
    usage: usageOf(row),
    startedAt: time(row.started_at),
    finishedAt: time(row.finished_at),
  }
}

/** The state that the rows are the projection of; `steps` in the order of their ordinals. */
function stateOf(row: ExecutionRecord, steps: StepRecord[]): ExecutionState {
  const { source_type: type, source_id: id } = row
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    ownerId: row.owner_id,
    visibility: row.visibility,
    kind: row.kind,
    name: row.name,
    track: row.track,
    trigger: row.trigger,
    source:
      type === null || id === null
        ? null
        : { type, id, name: row.source_name ?? '', version: row.source_version },
    derivedFrom:
      row.derived_from_id === null
        ? null
        : { id: row.derived_from_id, stepKey: row.derived_from_step, reason: row.derived_from_reason ?? '' },
    planVersion: row.plan_version,
    conversation: row.conversation,
    deadlineMs: row.deadline_ms,
    status: row.status,
    revision: Number(row.revision),
    waiting:
      row.waiting_for === null || row.waiting_since === null
        ? null
        : {
            for: row.waiting_for,
            stepKey: row.waiting_step,
            since: row.waiting_since.getTime(),
            until: time(row.waiting_until),
          },
    error: failureOf(row),
    usage: usageOf(row),
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    startedAt: time(row.started_at),
    finishedAt: time(row.finished_at),
    deadlineAt: time(row.deadline_at),
    steps: new Map(steps.map((step) => [step.key, stepOf(step)])),
  }
}

export function loadedOf(
  row: ExecutionRecord,
  steps: StepRecord[],
  commands: StoredCommand[],
): LoadedExecution {
  return {
    state: stateOf(row, steps),
    runAs: row.run_as,
    replicaId: row.replica_id,
    fence: Number(row.fence),
    commandSeq: row.command_seq,
    consumedSeq: row.consumed_seq,
    deaths: row.deaths,
    lastCommit: row.last_commit,
    commands,
  }
}
