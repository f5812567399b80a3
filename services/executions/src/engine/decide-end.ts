import { isFinal } from '../contract/status.ts'
import type { EngineEvent } from './events.ts'
import { unreportedUsage, type ExecutionState, type Failure, type StepState } from './state.ts'

/** Ends one step that somebody stopped; what its attempt spends is told later, if at all. */
export function cancelStep(step: StepState, error: Failure, now: number): EngineEvent {
  return {
    type: 'step_canceled',
    at: now,
    stepKey: step.key,
    attempt: step.attempt,
    usage: step.open ? unreportedUsage(step.kind) : 'none',
    error,
  }
}

/** Ends every step that has not ended, in the order of the plan. */
export function cancelOpenSteps(state: ExecutionState, error: Failure, now: number): EngineEvent[] {
  return [...state.steps.values()]
    .filter((step) => !isFinal(step.status))
    .map((step) => cancelStep(step, error, now))
}

/** The last fact of an execution whose steps have all ended. */
export function endOf(state: ExecutionState, now: number): EngineEvent {
  const steps = [...state.steps.values()]
  const broken = steps.find((step) => step.status === 'failed' || step.status === 'timed_out')
  if (broken)
    return { type: 'failed', at: now, error: broken.error ?? { code: 'step.failed', message: broken.key } }
  const stopped = steps.find((step) => step.status === 'canceled')
  if (stopped)
    return {
      type: 'canceled',
      at: now,
      error: stopped.error ?? { code: 'step.stopped', message: stopped.key },
    }
  return { type: 'succeeded', at: now }
}
