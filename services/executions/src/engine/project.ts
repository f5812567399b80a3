import type { ExecutionSummary } from '../contract/events.ts'
import type { EngineEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { projectAttempt, type AttemptChange } from './project-attempts.ts'
import type { ExecutionState, StepState } from './state.ts'
import { summaryOf } from './summary.ts'

/** An event with its place in the fold and the execution as it was right after it. */
export interface ProjectedEvent {
  revision: number
  event: EngineEvent
  summary: ExecutionSummary
  step: StepState | null
}

/** Everything that one commit writes of one execution. */
export interface Projection {
  before: ExecutionState | null
  after: ExecutionState
  events: ProjectedEvent[]
  steps: StepState[]
  attempts: AttemptChange[]
  /** A step came to an end, which shows that this execution does not kill its replica. */
  stepEnded: boolean
}

/** Folds `events` into rows. The first of an execution's events must be `created`. */
export function project(before: ExecutionState | null, events: readonly EngineEvent[]): Projection {
  const attempts = new Map<string, AttemptChange>()
  const projected: ProjectedEvent[] = []
  const touched = new Set<string>()
  let state = before
  for (const event of events) {
    if (state) projectAttempt(attempts, state, event)
    state = evolve(state, event)
    const stepKey = 'stepKey' in event ? event.stepKey : null
    const step = stepKey === null ? null : (state.steps.get(stepKey) ?? null)
    if (stepKey !== null) touched.add(stepKey)
    projected.push({ revision: state.revision, event, summary: summaryOf(state), step })
  }
  if (!state) throw new Error('There is no event to project.')
  const after = state
  const steps =
    before === null ? [...after.steps.values()] : [...after.steps.values()].filter((s) => touched.has(s.key))
  const stepEnded = events.some(({ type }) =>
    ['step_succeeded', 'step_failed', 'step_timed_out', 'step_retried', 'step_canceled'].includes(type),
  )
  return { before, after, events: projected, steps, attempts: [...attempts.values()], stepEnded }
}
