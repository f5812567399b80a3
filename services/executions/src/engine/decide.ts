import { isFinal } from '../contract/status.ts'
import { advance, deadlineMissed } from './decide-advance.ts'
import { decideAttempt } from './decide-attempt.ts'
import { decideCommand } from './decide-command.ts'
import { decideAccepted, decideCompletion, decideHeartbeat } from './decide-outside.ts'
import { cancelOpenSteps } from './decide-end.ts'
import type { EngineEvent } from './events.ts'
import { startFold, type Fold } from './evolve.ts'
import type { EngineInput } from './inputs.ts'
import { unreportedUsage, type ExecutionState } from './state.ts'

/**
 * What follows from one input at `now` (milliseconds of the database's clock): the facts to store, in order. Inputs
 * that no longer apply (a report of an attempt that is over, a command to an ended execution) give none.
 */
export function decide(state: ExecutionState, input: EngineInput, now: number): EngineEvent[] {
  return decideOn(startFold(state), input, now)
}

/** The same, and takes the facts into the fold: many inputs of one moment then share one copy of the state. */
export function decideOn(fold: Fold, input: EngineInput, now: number): EngineEvent[] {
  const first = reactOn(fold, input, now)
  return standingAlone.has(input.type) ? first : [...first, ...advanceOn(fold, now)]
}

/**
 * What one of several inputs changes at once. Where they have arrived together, none of them may miss its turn because
 * of what time brings about, nor begin what the next one forbids: so `advanceOn` comes after all of them.
 */
export function reactOn(fold: Fold, input: EngineInput, now: number): EngineEvent[] {
  const state = fold.current
  if (!state) throw new Error('There is nothing to decide on.')
  const alone = decideAlone(state, input, now)
  if (alone) return take(fold, alone)
  return isFinal(state.status) || isOverdue(state, now) ? [] : take(fold, react(state, input, now))
}

/** What time and the state alone bring about. */
export function advanceOn(fold: Fold, now: number): EngineEvent[] {
  const events: EngineEvent[] = []
  for (;;) {
    const more = fold.current ? take(fold, advance(fold.current, fold.agenda, now)) : []
    if (more.length === 0) return events
    for (const event of more) events.push(event)
  }
}

function take(fold: Fold, facts: EngineEvent[]): EngineEvent[] {
  for (const fact of facts) fold.apply(fact)
  if (facts.length > 0) fold.end()
  return facts
}

const standingAlone = new Set<EngineInput['type']>(['rename', 'late_usage', 'heartbeat', 'attempt_completed'])

/** What is decided whoever owns the execution, so that nothing else may follow from it at once. */
function decideAlone(state: ExecutionState, input: EngineInput, now: number): EngineEvent[] | null {
  if (input.type === 'rename')
    return input.name === state.name ? [] : [{ type: 'renamed', at: now, name: input.name }]
  if (input.type === 'late_usage') return lateUsage(state, input, now)
  if (input.type !== 'heartbeat' && input.type !== 'attempt_completed') return null
  if (isFinal(state.status) || isOverdue(state, now)) return []
  return input.type === 'heartbeat' ? decideHeartbeat(state, input, now) : decideCompletion(state, input, now)
}

/** Past its deadline: from this moment on it counts as timed out, whatever arrives later. */
function isOverdue(state: ExecutionState, now: number): boolean {
  return state.status === 'running' && state.deadlineAt !== null && now >= state.deadlineAt
}

function react(state: ExecutionState, input: EngineInput, now: number): EngineEvent[] {
  switch (input.type) {
    case 'tick':
    case 'rename':
    case 'late_usage':
    case 'heartbeat':
    case 'attempt_completed':
      return []
    case 'attempt_accepted':
      return decideAccepted(state, input, now)
    case 'command':
      return decideCommand(state, input.command, now)
    case 'takeover':
      return lostAttempts(state, now)
    case 'attempt_put_off':
      return putOff(state, input, now)
    case 'broken':
      return [
        ...cancelOpenSteps(state, { code: input.error.code, message: 'The execution has ended.' }, now),
        { type: 'failed', at: now, error: input.error },
      ]
    default:
      return decideAttempt(state, input, now)
  }
}

/** What workers have accepted goes on without its owner. */
function lostAttempts(state: ExecutionState, now: number): EngineEvent[] {
  return [...state.steps.values()].flatMap((step): EngineEvent[] =>
    step.open?.until === null
      ? [
          {
            type: 'step_lost',
            at: now,
            stepKey: step.key,
            attempt: step.open.number,
            usage: unreportedUsage(step.kind),
          },
        ]
      : [],
  )
}

/** Begins the attempt again, uncounted; a step that has waited for us beyond the deadline ends the execution. */
function putOff(
  state: ExecutionState,
  { stepKey, attempt }: Extract<EngineInput, { type: 'attempt_put_off' }>,
  now: number,
): EngineEvent[] {
  const step = state.steps.get(stepKey)
  if (step?.open?.number !== attempt) return []
  if (now >= (step.startedAt ?? now) + state.deadlineMs) return deadlineMissed(state, now)
  return [{ type: 'step_lost', at: now, stepKey, attempt, usage: 'none' }]
}

function lateUsage(
  state: ExecutionState,
  input: Extract<EngineInput, { type: 'late_usage' }>,
  now: number,
): EngineEvent[] {
  const { stepKey, attempt, usage } = input
  if (!state.steps.get(stepKey)?.unknown.includes(attempt)) return []
  return [{ type: 'usage_recorded', at: now, stepKey, attempt, usage }]
}
