import type { ExecutionSummary } from '../contract/events.ts'
import type { EngineEvent } from './events.ts'
import { isFinal } from '../contract/status.ts'
import { startFold } from './evolve.ts'
import { projectAttempt, type AttemptChange } from './project-attempts.ts'
import type { ExecutionState, StepState } from './state.ts'
import { progressOf, summaryOf } from './summary.ts'

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
  const fold = startFold(before)
  let progress = before ? progressOf(before) : { done: 0, total: 0 }
  for (const event of events) {
    const stepKey = 'stepKey' in event ? event.stepKey : null
    const earlier = stepKey === null ? undefined : fold.current?.steps.get(stepKey)
    if (fold.current) projectAttempt(attempts, fold.current, event)
    const state = fold.apply(event)
    const step = stepKey === null ? null : (state.steps.get(stepKey) ?? null)
    if (stepKey !== null) touched.add(stepKey)
    // Counted along: to count 10,000 steps anew for each of their events would take seconds.
    const ended = step && isFinal(step.status) && !(earlier && isFinal(earlier.status)) ? 1 : 0
    progress =
      event.type === 'created' ? progressOf(state) : { done: progress.done + ended, total: state.steps.size }
    projected.push({ revision: state.revision, event, summary: summaryOf(state, progress), step })
  }
  const after = fold.end()
  const steps =
    before === null
      ? [...after.steps.values()]
      : [...after.steps.values()].filter(({ key }) => touched.has(key))
  const stepEnded = events.some(({ type }) => stepEndings.has(type))
  return { before, after, events: projected, steps, attempts: [...attempts.values()], stepEnded }
}

const stepEndings = new Set<EngineEvent['type']>([
  'step_succeeded',
  'step_failed',
  'step_timed_out',
  'step_retried',
  'step_canceled',
])
