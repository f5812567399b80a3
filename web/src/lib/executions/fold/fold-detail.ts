import {
  isPure,
  progressOf,
  projectAttempt,
  startFold,
  toldUsage,
  type AttemptChange,
  type EngineEvent,
  type ExecutionState,
  type StepState,
} from '@quillworks/executions/fold'
import { isFinal } from '../../status.ts'
import type { ExecutionDetail, ExecutionEvent, Step } from '../execution.documents.ts'
import { attemptsAfter } from './attempts-after.ts'
import { stateOf, timeOf } from './state-of.ts'

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())
const between = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from)

/** A stored event as the engine folds it. */
export function engineEventOf({ type, at, data }: ExecutionEvent): EngineEvent {
  return { ...(data as object), type, at: timeOf(at) } as EngineEvent
}

type StepChanges = Map<string, AttemptChange[]>

function stepAfter(
  step: StepState,
  { before, changes, revision }: { before: Step | undefined; changes: AttemptChange[]; revision: number },
): Step {
  return {
    input: null,
    ...before,
    // What is stored is of the attempt that was the latest when it was read.
    output: before && before.attempt === step.attempt ? before.output : null,
    key: step.key,
    name: step.name,
    kind: step.kind,
    status: step.status,
    attempt: step.attempt,
    replaces: step.replaces,
    model: step.model,
    startedAt: iso(step.startedAt),
    finishedAt: iso(step.finishedAt),
    durationMs: between(step.startedAt, step.finishedAt),
    error: step.error,
    usage: toldUsage(step.usage),
    executionRevision: revision,
    attempts: attemptsAfter(before?.attempts ?? [], changes).map((attempt) => ({
      ...attempt,
      executionRevision: revision,
    })),
  }
}

function viewOf(before: ExecutionDetail, state: ExecutionState, changes: StepChanges): ExecutionDetail {
  const known = new Map(before.steps.map((step) => [step.key, step]))
  return {
    ...before,
    name: state.name,
    status: state.status,
    revision: state.revision,
    waiting: state.waiting && { for: state.waiting.for },
    error: state.error,
    progress: progressOf(state),
    usage: toldUsage(state.usage),
    startedAt: iso(state.startedAt),
    finishedAt: iso(state.finishedAt),
    durationMs: between(state.startedAt, state.finishedAt),
    steps: [...state.steps.values()].map((step) =>
      stepAfter(step, {
        before: known.get(step.key),
        changes: changes.get(step.key) ?? [],
        revision: state.revision,
      }),
    ),
  }
}

/** That a pure step succeeded is told by its own row: the try that did it has none, and is told from the event. */
function impliedAttempt(event: EngineEvent, state: ExecutionState): AttemptChange | undefined {
  if (event.type !== 'step_succeeded') return undefined
  const step = state.steps.get(event.stepKey)
  if (!step || !isPure(step.kind)) return undefined
  return {
    step_key: step.key,
    number: event.attempt,
    fresh: true,
    status: 'succeeded',
    model: step.model,
    output_ref: event.outputRef,
    finish_reason: null,
    error_code: null,
    error_message: null,
    usage_state: 'none',
    input_tokens: null,
    output_tokens: null,
    cached_tokens: null,
    cost_nano_usd: null,
    time_to_first_token_ms: null,
    started_at: event.at,
    finished_at: event.at,
  }
}

/**
 * An execution after the events that follow on its revision, by the engine's own fold. Content is not in events: the
 * input of a new step and the output of one that ended are null until they are read (`bringsContent`).
 */
export function foldDetail(before: ExecutionDetail, events: readonly EngineEvent[]): ExecutionDetail {
  if (events.length === 0) return before
  const { state, changes } = foldAll(stateOf(before), events)
  return viewOf(before, state, changes)
}

/**
 * An execution as it was after the first of its events, from `created` on. What steps were given is shown as it is
 * known now; what they made only where they had made it by then.
 */
export function detailAt(now: ExecutionDetail, events: readonly EngineEvent[]): ExecutionDetail {
  const { state, changes } = foldAll(null, events)
  const made = (key: string) => isFinal(state.steps.get(key)?.status ?? 'pending')
  const steps = now.steps.map((step) => ({
    ...step,
    attempts: [],
    output: made(step.key) ? step.output : null,
  }))
  return viewOf({ ...now, steps, output: isFinal(state.status) ? now.output : null }, state, changes)
}

function foldAll(
  from: ExecutionState | null,
  events: readonly EngineEvent[],
): { state: ExecutionState; changes: StepChanges } {
  const fold = startFold(from)
  const changes = new Map<string, AttemptChange>()
  for (const event of events) {
    const { current } = fold
    const implied = current && impliedAttempt(event, current)
    if (implied) changes.set(`${implied.step_key}#${implied.number}`, implied)
    else if (current) projectAttempt(changes, current, event)
    fold.apply(event)
  }
  const ofSteps: StepChanges = new Map()
  for (const change of changes.values()) {
    ofSteps.set(change.step_key, [...(ofSteps.get(change.step_key) ?? []), change])
  }
  return { state: fold.end(), changes: ofSteps }
}

/** Whether there is text or data to read after this event, which itself carries none. */
export function bringsContent({ type }: { type: string }): boolean {
  return ['step_added', 'step_succeeded', 'step_failed', 'step_timed_out', 'step_canceled'].includes(type)
}
