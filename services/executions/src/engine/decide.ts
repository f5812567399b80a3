import { isFinal } from '../contract/status.ts'
import { advance, deadlineMissed } from './decide-advance.ts'
import { decideAttempt } from './decide-attempt.ts'
import { decideCommand } from './decide-command.ts'
import { cancelOpenSteps } from './decide-end.ts'
import type { EngineEvent } from './events.ts'
import { evolveAll } from './evolve.ts'
import type { EngineInput } from './inputs.ts'
import { unreportedUsage, type ExecutionState } from './state.ts'

/**
 * What follows from one input at `now` (milliseconds of the database's clock): the facts to store, in order. Inputs
 * that no longer apply (a report of an attempt that is over, a command to an ended execution) give none.
 */
export function decide(state: ExecutionState, input: EngineInput, now: number): EngineEvent[] {
  if (input.type === 'rename')
    return input.name === state.name ? [] : [{ type: 'renamed', at: now, name: input.name }]
  if (input.type === 'late_usage') return lateUsage(state, input, now)
  if (isFinal(state.status)) return []
  const first = isOverdue(state, now) ? [] : react(state, input, now)
  const events = [...first]
  let current = first.length > 0 ? evolveAll(state, first) : state
  for (;;) {
    const more = advance(current, now)
    if (more.length === 0) return events
    events.push(...more)
    current = evolveAll(current, more)
  }
}

/** Past its deadline: from this moment on it counts as timed out, whatever arrives later. */
function isOverdue(state: ExecutionState, now: number): boolean {
  return state.status === 'running' && state.deadlineAt !== null && now >= state.deadlineAt
}

function react(
  state: ExecutionState,
  input: Exclude<EngineInput, { type: 'rename' | 'late_usage' }>,
  now: number,
): EngineEvent[] {
  switch (input.type) {
    case 'tick':
      return []
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

function lostAttempts(state: ExecutionState, now: number): EngineEvent[] {
  return [...state.steps.values()].flatMap((step): EngineEvent[] =>
    step.open
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
