import type { Agenda } from './agenda.ts'
import type { EngineEvent } from './events.ts'
import { attemptEndsAt, isPure, type StepState } from './state.ts'

/**
 * With nothing to do but to hear from workers that have accepted its attempts, an execution waits, and nobody holds a
 * lease on it: until one of them completes its attempt, or the first of their times has come.
 */
export function waitForWorkers(agenda: Agenda, open: readonly StepState[], now: number): EngineEvent[] {
  if (open.length === 0 || agenda.later.size > 0 || open.some((step) => step.open?.until === null)) return []
  if (agenda.ready.some((step) => isPure(step.kind))) return []
  return [waitingFor(open, now)]
}

/** The wait for the worker whose time comes first. */
export function waitingFor(open: readonly StepState[], since: number): EngineEvent {
  let stepKey: string | null = null
  let until = Number.POSITIVE_INFINITY
  for (const step of open) {
    const endsAt = attemptEndsAt(step) ?? until
    if (endsAt >= until) continue
    until = endsAt
    stepKey = step.key
  }
  return { type: 'waiting', at: since, waiting: { for: 'event', stepKey, since, until } }
}
