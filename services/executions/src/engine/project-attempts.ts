import type { EngineEvent } from './events.ts'
import { isPure, outputRef, type ExecutionState } from './state.ts'
import type { AttemptUsage } from './usage.ts'

/** Changes of one attempt's row; null leaves a column as it is. Keys are column names. */
export interface AttemptChange {
  step_key: string
  number: number
  /** True for a row that does not exist yet. */
  fresh: boolean
  status: string | null
  model: string | null
  output_ref: string
  finish_reason: string | null
  error_code: string | null
  error_message: string | null
  usage_state: string | null
  input_tokens: number | null
  output_tokens: number | null
  cached_tokens: number | null
  cost_nano_usd: string | null
  time_to_first_token_ms: number | null
  /** Milliseconds since 1970, as is `finished_at`. */
  started_at: number
  finished_at: number | null
}

const endings: Partial<Record<EngineEvent['type'], string>> = {
  step_succeeded: 'succeeded',
  step_retried: 'failed',
  step_failed: 'failed',
  step_timed_out: 'timed_out',
  step_canceled: 'canceled',
  step_lost: 'lost',
}

/** Collects what each event says of attempts into one change per attempt; `before` is the state before the event. */
export function projectAttempt(
  changes: Map<string, AttemptChange>,
  before: ExecutionState,
  event: EngineEvent,
): void {
  if (!('attempt' in event)) return
  const step = before.steps.get(event.stepKey)
  if (!step || event.type === 'step_progressed') return
  // That a pure step succeeded is told by its own row alone (decision 0105).
  if (event.type === 'step_succeeded' && isPure(step.kind)) return
  // A step that was stopped before its first attempt, or between two, has none to end.
  if (event.type === 'step_canceled' && !step.open) return
  const id = `${event.stepKey}#${event.attempt}`
  const change: AttemptChange = changes.get(id) ?? {
    step_key: event.stepKey,
    number: event.attempt,
    fresh: step.open === null && event.type !== 'usage_recorded',
    status: null,
    model: step.model,
    output_ref: outputRef(event.stepKey, event.attempt),
    finish_reason: null,
    error_code: null,
    error_message: null,
    usage_state: null,
    input_tokens: null,
    output_tokens: null,
    cached_tokens: null,
    cost_nano_usd: null,
    time_to_first_token_ms: null,
    started_at: step.open?.startedAt ?? event.at,
    finished_at: null,
  }
  changes.set(id, change)
  if (event.type === 'step_started') {
    Object.assign(change, { status: 'running', usage_state: step.kind === 'model' ? 'pending' : 'none' })
  }
  if (event.type === 'step_streaming') change.time_to_first_token_ms = event.timeToFirstTokenMs
  const status = endings[event.type]
  if (status) Object.assign(change, { status, finished_at: event.at })
  if ('error' in event)
    Object.assign(change, { error_code: event.error.code, error_message: event.error.message })
  if (event.type === 'step_retried' && event.error.code === 'step.timed_out') change.status = 'timed_out'
  if (event.type === 'step_succeeded') change.finish_reason = event.finishReason
  if ('usage' in event) Object.assign(change, usageColumns(event.usage))
}

function usageColumns(usage: AttemptUsage): Partial<AttemptChange> {
  if (usage === 'none' || usage === 'unknown') return { usage_state: usage }
  return {
    usage_state: 'known',
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cached_tokens: usage.cachedTokens,
    cost_nano_usd: usage.costNanoUsd,
  }
}
