import { Agenda } from './agenda.ts'
import type { EngineEvent } from './events.ts'
import { attemptEndsAt, pendingStep, type ExecutionState, type Failure, type StepState } from './state.ts'
import { addUsage, noUsage, replaceUnknown, type AttemptUsage, type UsageTotals } from './usage.ts'

type Draft = Omit<ExecutionState, 'steps'> & { steps: Map<string, StepState> }
type Created = Extract<EngineEvent, { type: 'created' }>

/** The state after one more event; the first must be `created`. The argument stays as it was. */
export function evolve(state: ExecutionState | null, event: EngineEvent): ExecutionState {
  return evolveAll(state, [event])
}

/** Folds events in order. The map of steps is copied once for all of them, since plans may have 10,000. */
export function evolveAll(state: ExecutionState | null, events: readonly EngineEvent[]): ExecutionState {
  const fold = startFold(state)
  for (const event of events) fold.apply(event)
  return fold.end()
}

/** A fold under way: `current` changes in place, so keep no hold of it; `end` gives the state to keep. */
export interface Fold {
  readonly current: ExecutionState | null
  /** What may follow from `current`, up to date with it. */
  readonly agenda: Agenda
  apply: (event: EngineEvent) => ExecutionState
  end: () => ExecutionState
}

export function startFold(state: ExecutionState | null): Fold {
  let draft: Draft | null = state && { ...state, steps: new Map(state.steps) }
  let changed = false
  let agenda: Agenda | undefined
  return {
    get current() {
      return draft
    },
    get agenda() {
      return (agenda ??= new Agenda(draft?.steps ?? new Map()))
    },
    apply(event) {
      if (event.type === 'created') {
        draft = created(event)
        agenda = undefined
      } else if (draft) {
        const key = agenda && 'stepKey' in event ? event.stepKey : null
        const before = key === null ? undefined : draft.steps.get(key)
        apply(draft, event)
        const after = key === null ? undefined : draft.steps.get(key)
        if (after && after !== before) agenda?.changed(before, after)
      } else throw new Error(`An execution begins with created, not ${event.type}.`)
      draft.revision += 1
      draft.updatedAt = event.at
      changed = true
      return draft
    },
    end() {
      if (!draft) throw new Error('There is no event to fold.')
      if (changed) draft.deadlineAt = deadline(draft, agenda)
      return draft
    },
  }
}

function created(event: Created): Draft {
  const steps = new Map(event.steps.map((plan, ordinal) => [plan.key, pendingStep(plan, ordinal)]))
  for (const { stepKey, attempt, outputRef, status = 'succeeded', error = null } of event.taken) {
    const step = steps.get(stepKey)
    if (!step) continue
    const times = { startedAt: event.at, finishedAt: event.at }
    const result = { attempt, status, error, outputRef: status === 'succeeded' ? outputRef : null }
    steps.set(stepKey, { ...step, ...times, ...result })
  }
  return {
    ...event.header,
    status: 'queued',
    revision: 0,
    waiting: null,
    error: null,
    usage: noUsage,
    createdAt: event.at,
    updatedAt: event.at,
    startedAt: null,
    finishedAt: null,
    deadlineAt: null,
    steps,
  }
}

function apply(draft: Draft, event: Exclude<EngineEvent, Created>): void {
  switch (event.type) {
    case 'started':
      draft.status = 'running'
      draft.startedAt = event.at
      return
    case 'waiting':
      draft.status = 'waiting'
      draft.waiting = event.waiting
      draft.error = draft.conversation ? lastAnswerError(draft) : null
      return
    case 'resumed':
      draft.status = 'running'
      draft.waiting = null
      draft.error = null
      return
    case 'renamed':
      draft.name = event.name
      return
    case 'succeeded':
      draft.error = null
      return finish(draft, event.type, event.at)
    case 'failed':
    case 'canceled':
    case 'timed_out':
      draft.error = event.error
      return finish(draft, event.type, event.at)
    case 'step_added':
      draft.steps.set(event.stepKey, pendingStep(event.step, draft.steps.size))
      return
    default:
      return applyToStep(draft, event)
  }
}

/** Why the answer that a conversation made last is not whole, so that who looks at a list of them sees it too. */
function lastAnswerError(draft: Draft): Failure | null {
  const last = [...draft.steps.values()].at(-1)
  return last && last.status !== 'succeeded' ? last.error : null
}

function finish(draft: Draft, status: Draft['status'], at: number): void {
  draft.status = status
  draft.waiting = null
  draft.finishedAt = at
}

type StepEvent = Extract<EngineEvent, { stepKey: string }>

function applyToStep(draft: Draft, event: Exclude<StepEvent, { type: 'step_added' }>): void {
  const step = draft.steps.get(event.stepKey)
  if (!step) throw new Error(`There is no step ${event.stepKey}.`)
  const set = (changes: Partial<StepState>) => draft.steps.set(step.key, { ...step, ...changes })
  const ended = (attempt: number, usage: AttemptUsage): Partial<StepState> => {
    draft.usage = addUsage(draft.usage, usage)
    const unknown = usage === 'unknown' ? [...step.unknown, attempt] : step.unknown
    return { attempt, open: null, usage: addUsage(step.usage, usage), unknown }
  }
  const over = { startedAt: step.startedAt ?? event.at, finishedAt: event.at, nextAttemptAt: null }
  switch (event.type) {
    case 'step_started':
      set({
        status: 'running',
        attempt: event.attempt,
        open: { number: event.attempt, startedAt: event.at, until: null },
        nextAttemptAt: null,
        startedAt: step.startedAt ?? event.at,
      })
      return
    case 'step_accepted':
      set({ status: 'waiting', open: step.open && { ...step.open, until: event.until } })
      return
    case 'step_streaming':
      draft.usage = firstToken(draft.usage, event.timeToFirstTokenMs)
      set({ status: 'streaming', usage: firstToken(step.usage, event.timeToFirstTokenMs) })
      return
    case 'step_progressed':
      return
    case 'step_succeeded':
      set({
        ...ended(event.attempt, event.usage),
        ...over,
        status: 'succeeded',
        outputRef: event.outputRef,
        error: null,
      })
      return
    case 'step_retried':
      set({
        ...ended(event.attempt, event.usage),
        status: 'pending',
        failures: step.failures + 1,
        error: event.error,
        nextAttemptAt: event.retryAt,
      })
      return
    case 'step_lost':
      set({ ...ended(event.attempt, event.usage), status: 'pending', nextAttemptAt: event.at })
      return
    case 'step_failed':
    case 'step_timed_out':
      set({
        ...ended(event.attempt, event.usage),
        ...over,
        status: event.type === 'step_failed' ? 'failed' : 'timed_out',
        failures: step.failures + 1,
        error: event.error,
      })
      return
    case 'step_canceled':
      set({ ...ended(event.attempt, event.usage), ...over, status: 'canceled', error: event.error })
      return
    case 'step_skipped':
      set({ status: 'skipped', error: event.error, finishedAt: event.at, nextAttemptAt: null })
      return
    case 'usage_recorded':
      draft.usage = replaceUnknown(draft.usage, event.usage)
      set({
        usage: replaceUnknown(step.usage, event.usage),
        unknown: step.unknown.filter((attempt) => attempt !== event.attempt),
      })
  }
}

/** The first answer of the execution counts: later messages have their own in their steps. */
function firstToken(usage: UsageTotals, milliseconds: number): UsageTotals {
  return { ...usage, timeToFirstTokenMs: usage.timeToFirstTokenMs ?? milliseconds }
}

/** Each event is progress; an attempt may use its own longer limit, and a retry is waited for. */
function deadline(draft: Draft, agenda: Agenda | undefined): number | null {
  if (draft.status !== 'running') return null
  let until = draft.updatedAt
  const keys = agenda ? [...agenda.open, ...agenda.later] : draft.steps.keys()
  for (const key of keys) {
    const step = draft.steps.get(key)
    if (!step) continue
    until = Math.max(until, attemptEndsAt(step) ?? until)
    if (step.nextAttemptAt) until = Math.max(until, step.nextAttemptAt)
  }
  return until + draft.deadlineMs
}
