import { attemptFailed } from './decide-attempt.ts'
import type { EngineEvent } from './events.ts'
import { evolveAll } from './evolve.ts'
import type { AttemptCompleted, EngineInput } from './inputs.ts'
import { attemptEndsAt, longestAcceptedMs, outputRef, type ExecutionState, type StepState } from './state.ts'
import { waitingFor } from './wait-for-workers.ts'

type Heartbeat = Extract<EngineInput, { type: 'heartbeat' }>
type Accepted = Extract<EngineInput, { type: 'attempt_accepted' }>

/** Shorter extensions are not worth a write. */
const leastExtensionMs = 1_000

/** A worker has taken the attempt, or asks for more time; within the limit that the step sets. */
export function decideAccepted(
  state: ExecutionState,
  { stepKey, attempt, until }: Accepted | Heartbeat,
  now: number,
): EngineEvent[] {
  const step = inFlight(state, stepKey, attempt, now)
  if (!step?.open) return []
  const limit = step.open.startedAt + (step.timeoutMs ?? longestAcceptedMs)
  const promised = Math.min(until, limit)
  const { until: before } = step.open
  if (before !== null && promised < Math.min(before + leastExtensionMs, limit)) return []
  if (promised === before) return []
  return [{ type: 'step_accepted', at: now, stepKey, attempt, until: promised }]
}

/** The same while nobody may own the execution: where it waits, it then waits for longer. */
export function decideHeartbeat(state: ExecutionState, input: Heartbeat, now: number): EngineEvent[] {
  const accepted = decideAccepted(state, input, now)
  if (accepted.length === 0 || state.waiting?.for !== 'event') return accepted
  const open = [...evolveAll(state, accepted).steps.values()].filter((step) => step.open)
  const waiting = waitingFor(open, now)
  if (waiting.type === 'waiting') waiting.waiting.since = state.waiting.since
  return [...accepted, waiting]
}

/** The end of an attempt as its worker tells it, unless that attempt is over. */
export function decideCompletion(
  state: ExecutionState,
  { stepKey, attempt, failure, random }: AttemptCompleted,
  now: number,
): EngineEvent[] {
  const step = inFlight(state, stepKey, attempt, now)
  if (!step) return []
  const usage = 'none'
  const end: EngineEvent = failure
    ? attemptFailed(step, { attempt, usage, random, ...failure }, now)
    : {
        type: 'step_succeeded',
        at: now,
        stepKey,
        attempt,
        usage,
        finishReason: null,
        outputRef: outputRef(stepKey, attempt),
      }
  return state.waiting?.for === 'event' ? [{ type: 'resumed', at: now }, end] : [end]
}

/** From its time on an attempt is over, also before anybody has noted it. */
function inFlight(state: ExecutionState, key: string, attempt: number, now: number): StepState | null {
  const step = state.steps.get(key)
  if (step?.open?.number !== attempt) return null
  const endsAt = attemptEndsAt(step)
  return endsAt !== null && now >= endsAt ? null : step
}
