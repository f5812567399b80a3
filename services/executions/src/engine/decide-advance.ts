import { isFinal } from '../contract/status.ts'
import type { Agenda } from './agenda.ts'
import { attemptFailed } from './decide-attempt.ts'
import { cancelStep, endOf } from './decide-end.ts'
import type { EngineEvent } from './events.ts'
import { attemptEndsAt, isPure, unreportedUsage, type ExecutionState, type StepState } from './state.ts'
import { waitForWorkers } from './wait-for-workers.ts'

/** Attempts of one execution that may be in flight at once. */
const maxStepsInFlight = 32

/** What time and the present state alone bring about, one round; called again until nothing follows. */
export function advance(state: ExecutionState, agenda: Agenda, now: number): EngineEvent[] {
  if (isFinal(state.status)) return []
  if (state.status === 'waiting') return waitIsOver(state, now) ? [{ type: 'resumed', at: now }] : []
  if (state.status === 'queued') return [{ type: 'started', at: now }]
  if (state.deadlineAt !== null && now >= state.deadlineAt) return deadlineMissed(state, now)
  const open = agenda.inFlight
  const late = open.flatMap((step) => attemptTimedOut(step, now))
  if (late.length > 0) return late
  const skipped = agenda.doomed.map((step) => skip(state, step, now))
  if (skipped.length > 0) return skipped
  const started = start(agenda, now)
  if (started.length > 0) return started
  return agenda.unended === 0 ? [rest(state, now)] : waitForWorkers(agenda, open, now)
}

/** Pure steps that can be done now; they are started by nobody, only done. */
export function readyPureSteps(state: ExecutionState, agenda: Agenda): StepState[] {
  return state.status === 'running' ? agenda.ready.filter((step) => isPure(step.kind)) : []
}

/** When, after `now`, something happens by time alone (a retry, an attempt's limit, the deadline), or null. */
export function nextTimeAt(state: ExecutionState, now: number): number | null {
  if (state.status !== 'running') return null
  let next = state.deadlineAt
  for (const step of state.steps.values()) {
    const at = step.open ? attemptEndsAt(step) : step.nextAttemptAt
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

/** Who waits for workers goes on when one of them was not heard of in time. */
function waitIsOver({ waiting }: ExecutionState, now: number): boolean {
  return waiting?.for === 'event' && waiting.until !== null && now >= waiting.until
}

function attemptTimedOut(step: StepState, now: number): EngineEvent[] {
  const endsAt = attemptEndsAt(step)
  if (!step.open || endsAt === null || now < endsAt) return []
  const limitMs = endsAt - step.open.startedAt
  const message =
    step.open.until === endsAt && limitMs !== step.timeoutMs
      ? `Its worker neither completed the attempt nor was heard of until ${new Date(endsAt).toISOString()}.`
      : `The attempt took longer than ${limitMs} ms.`
  const error = { code: 'step.timed_out', message }
  const usage = unreportedUsage(step.kind)
  // The limit itself has waited long enough: the next attempt needs no further backoff.
  return [attemptFailed(step, { attempt: step.open.number, error, retryable: true, usage, random: 0 }, now)]
}

function skip(state: ExecutionState, step: StepState, now: number): EngineEvent {
  const cause = step.after.find((key) => {
    const status = state.steps.get(key)?.status
    return status !== undefined && isFinal(status) && status !== 'succeeded'
  })
  const error = { code: 'step.skipped', message: `The step ${cause} did not succeed.` }
  return { type: 'step_skipped', at: now, stepKey: step.key, error }
}

function start(agenda: Agenda, now: number): EngineEvent[] {
  const free = maxStepsInFlight - agenda.open.size
  if (free <= 0) return []
  return agenda.ready
    .filter((step) => !isPure(step.kind) && (step.nextAttemptAt ?? 0) <= now)
    .slice(0, free)
    .map((step) => ({ type: 'step_started', at: now, stepKey: step.key, attempt: step.attempt + 1 }))
}

function rest(state: ExecutionState, now: number): EngineEvent {
  if (!state.conversation) return endOf(state, now)
  return { type: 'waiting', at: now, waiting: { for: 'input', stepKey: null, since: now, until: null } }
}
