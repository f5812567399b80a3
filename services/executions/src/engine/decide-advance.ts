import { isFinal } from '../contract/status.ts'
import { attemptFailed } from './decide-attempt.ts'
import { cancelStep, endOf } from './decide-end.ts'
import type { EngineEvent } from './events.ts'
import { isPure, unreportedUsage, type ExecutionState, type StepState } from './state.ts'

/** Attempts of one execution that may be in flight at once. */
const maxStepsInFlight = 32

/** What time and the present state alone bring about, one round; called again until nothing follows. */
export function advance(state: ExecutionState, now: number): EngineEvent[] {
  if (isFinal(state.status) || state.status === 'waiting') return []
  if (state.status === 'queued') return [{ type: 'started', at: now }]
  if (state.deadlineAt !== null && now >= state.deadlineAt) return deadlineMissed(state, now)
  const steps = [...state.steps.values()]
  const late = steps.flatMap((step) => attemptTimedOut(step, now))
  if (late.length > 0) return late
  const skipped = steps.flatMap((step) => skip(state, step, now))
  if (skipped.length > 0) return skipped
  const started = start(state, steps, now)
  if (started.length > 0) return started
  return steps.every((step) => isFinal(step.status)) ? [rest(state, now)] : []
}

/** Pure steps that can be done now; they are started by nobody, only done. */
export function readyPureSteps(state: ExecutionState): StepState[] {
  if (state.status !== 'running') return []
  return [...state.steps.values()].filter((step) => isPure(step.kind) && isReady(state, step))
}

/** When, after `now`, something happens by time alone (a retry, an attempt's limit, the deadline), or null. */
export function nextTimeAt(state: ExecutionState, now: number): number | null {
  if (state.status !== 'running') return null
  let next = state.deadlineAt
  for (const step of state.steps.values()) {
    const at = step.open ? step.timeoutMs && step.open.startedAt + step.timeoutMs : step.nextAttemptAt
    if (at && at > now && (next === null || at < next)) next = at
  }
  return next
}

/** The end of an execution that made no progress for too long. */
export function deadlineMissed(state: ExecutionState, now: number): EngineEvent[] {
  const seconds = Math.round(state.deadlineMs / 1000)
  const error = { code: 'execution.timed_out', message: `There was no progress for ${seconds} seconds.` }
  const open = [...state.steps.values()].filter((step) => !isFinal(step.status))
  return [...open.map((step) => cancelStep(step, error, now)), { type: 'timed_out', at: now, error }]
}

function attemptTimedOut(step: StepState, now: number): EngineEvent[] {
  if (!step.open || !step.timeoutMs || now < step.open.startedAt + step.timeoutMs) return []
  const error = { code: 'step.timed_out', message: `The attempt took longer than ${step.timeoutMs} ms.` }
  const usage = unreportedUsage(step.kind)
  // The limit itself has waited long enough: the next attempt needs no further backoff.
  return [attemptFailed(step, { attempt: step.open.number, error, retryable: true, usage, random: 0 }, now)]
}

function skip(state: ExecutionState, step: StepState, now: number): EngineEvent[] {
  if (step.status !== 'pending') return []
  const cause = step.after.find((key) => {
    const status = state.steps.get(key)?.status
    return status !== undefined && isFinal(status) && status !== 'succeeded'
  })
  if (cause === undefined) return []
  const error = { code: 'step.skipped', message: `The step ${cause} did not succeed.` }
  return [{ type: 'step_skipped', at: now, stepKey: step.key, error }]
}

function isReady(state: ExecutionState, step: StepState): boolean {
  return step.status === 'pending' && step.after.every((key) => state.steps.get(key)?.status === 'succeeded')
}

function start(state: ExecutionState, steps: StepState[], now: number): EngineEvent[] {
  const free = maxStepsInFlight - steps.filter((step) => step.open).length
  return steps
    .filter((step) => !isPure(step.kind) && isReady(state, step) && (step.nextAttemptAt ?? 0) <= now)
    .slice(0, Math.max(0, free))
    .map((step) => ({ type: 'step_started', at: now, stepKey: step.key, attempt: step.attempt + 1 }))
}

function rest(state: ExecutionState, now: number): EngineEvent {
  if (!state.conversation) return endOf(state, now)
  return { type: 'waiting', at: now, waiting: { for: 'input', stepKey: null, since: now, until: null } }
}
