import { backoffMs } from './backoff.ts'
import type { EngineEvent } from './events.ts'
import type { AttemptFailed, EngineInput } from './inputs.ts'
import { isPure, outputRef, type ExecutionState, type StepState } from './state.ts'

type AttemptInput = Extract<
  EngineInput,
  { type: 'first_token' | 'progress' | 'attempt_succeeded' | 'attempt_failed' }
>

/** What follows from a report of an attempt, unless that attempt is not the one in flight. */
export function decideAttempt(state: ExecutionState, input: AttemptInput, now: number): EngineEvent[] {
  const step = state.steps.get(input.stepKey)
  if (!step || !isCurrent(step, input.attempt)) return []
  const { stepKey, attempt } = input
  switch (input.type) {
    case 'first_token':
      if (step.status === 'streaming') return []
      return [
        { type: 'step_streaming', at: now, stepKey, attempt, timeToFirstTokenMs: input.timeToFirstTokenMs },
      ]
    case 'progress':
      return [{ type: 'step_progressed', at: now, stepKey, attempt }]
    case 'attempt_succeeded': {
      const { usage, finishReason } = input
      const ref = outputRef(stepKey, attempt)
      return [{ type: 'step_succeeded', at: now, stepKey, attempt, usage, finishReason, outputRef: ref }]
    }
    case 'attempt_failed': {
      // Asking again sooner than was asked for is refused again: a pause beyond the deadline ends the step now.
      const canWait = (input.retryAfterMs ?? 0) <= state.deadlineMs
      return [attemptFailed(step, { ...input, retryable: input.retryable && canWait }, now)]
    }
  }
}

/** Pure steps report without having been recorded first. */
function isCurrent(step: StepState, attempt: number): boolean {
  if (step.open) return step.open.number === attempt
  return isPure(step.kind) && step.status === 'pending' && attempt === step.attempt + 1
}

/** Another attempt after the backoff, or the end of the step. */
export function attemptFailed(
  step: StepState,
  { attempt, error, retryable, retryAfterMs, usage, random }: Omit<AttemptFailed, 'type' | 'stepKey'>,
  now: number,
): EngineEvent {
  const failures = step.failures + 1
  const fact = { at: now, stepKey: step.key, attempt, usage, error }
  if (retryable && failures < step.retry.maxAttempts) {
    const retryAt = now + backoffMs({ policy: step.retry, failures, random, retryAfterMs })
    return { type: 'step_retried', ...fact, retryAt }
  }
  return { type: error.code === 'step.timed_out' ? 'step_timed_out' : 'step_failed', ...fact }
}
