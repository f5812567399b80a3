import { isFinal } from '../contract/status.ts'
import type { ProjectedEvent } from '../engine/project.ts'
import type { ExecutionState, StepState } from '../engine/state.ts'
import { progressOf } from '../engine/summary.ts'
import type { UsageTotals } from '../engine/usage.ts'
import { cleanJson } from './clean.ts'
import { plainArray, textArray } from './row-arrays.ts'

const usage = (totals: UsageTotals) => ({
  input_tokens: totals.inputTokens,
  output_tokens: totals.outputTokens,
  cached_tokens: totals.cachedTokens,
  cost_nano_usd: totals.costNanoUsd,
  unknown_attempts: totals.unknownAttempts,
  unpriced_attempts: totals.unpricedAttempts,
  time_to_first_token_ms: totals.timeToFirstTokenMs,
})

/** The columns of an execution's row that events change. */
export function executionColumns(state: ExecutionState) {
  const progress = progressOf(state)
  return {
    id: state.id,
    name: state.name,
    status: state.status,
    revision: state.revision,
    waiting_for: state.waiting?.for ?? null,
    waiting_step: state.waiting?.stepKey ?? null,
    waiting_since: state.waiting?.since ?? null,
    waiting_until: state.waiting?.until ?? null,
    error_code: state.error?.code ?? null,
    error_message: state.error?.message ?? null,
    progress_done: progress.done,
    progress_total: progress.total,
    ...usage(state.usage),
    updated_at: state.updatedAt,
    started_at: state.startedAt,
    finished_at: state.finishedAt,
    deadline_at: state.deadlineAt,
    open_attempts: [...state.steps.values()].filter((step) => step.open?.until === null).length,
  }
}

/** True when nobody needs to hold a lease on it: it has ended, or waits for a person. */
export function isAtRest(state: ExecutionState): boolean {
  return isFinal(state.status) || state.status === 'waiting'
}

/** The columns of a step's row that events change. */
export function stepColumns(executionId: string, step: StepState) {
  return {
    execution_id: executionId,
    key: step.key,
    status: step.status,
    attempt: step.attempt,
    failures: step.failures,
    open_started_at: step.open?.startedAt ?? null,
    open_until: step.open?.until ?? null,
    unknown: plainArray(step.unknown),
    next_attempt_at: step.nextAttemptAt,
    output_ref: step.outputRef,
    error_code: step.error?.code ?? null,
    error_message: step.error?.message ?? null,
    ...usage(step.usage),
    started_at: step.startedAt,
    finished_at: step.finishedAt,
  }
}

/** All columns of a step's row. */
export function newStepColumns(executionId: string, step: StepState) {
  return {
    ...stepColumns(executionId, step),
    ordinal: step.ordinal,
    name: step.name,
    kind: step.kind,
    after: textArray(step.after),
    retry: JSON.stringify(step.retry),
    timeout_ms: step.timeoutMs,
    conversation: step.conversation,
    replaces: step.replaces,
    model: step.model,
    input_ref: step.inputRef,
  }
}

export function eventColumns(executionId: string, { revision, event }: ProjectedEvent) {
  const { type, at, ...data } = event
  const stepKey = 'stepKey' in event ? event.stepKey : null
  return {
    execution_id: executionId,
    revision,
    type,
    step_key: stepKey,
    data: cleanJson(data),
    at,
  }
}
