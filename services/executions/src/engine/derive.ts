import { AppError, notFound } from '@quillworks/service-kit/errors'
import type { RunAs } from '../contract/commands.ts'
import { isFinal } from '../contract/status.ts'
import { messageOf } from './conversation.ts'
import type { EngineEvent, TakenStep } from './events.ts'
import { outputRef, planInputRef, type ExecutionState, type StepPlan, type StepState } from './state.ts'

/** Who derives an execution, under which new id and when. */
export interface Deriving {
  id: string
  runAs: RunAs
  trigger: string
  now: number
}

/** The first fact of an execution that goes on from an earlier one, and the content it shares with it. */
export interface Derived {
  created: Extract<EngineEvent, { type: 'created' }>
  refs: string[]
}

/**
 * The same plan once more. What had succeeded is taken over; of a conversation also what had ended by itself, so that
 * only what the execution's end cut off is answered anew.
 */
export function retryOf(state: ExecutionState, deriving: Deriving): Derived {
  const steps = [...state.steps.values()]
  const isTaken = (step: StepState) =>
    step.status === 'succeeded' ||
    (step.conversation && isFinal(step.status) && step.finishedAt !== state.finishedAt)
  return derive(state, deriving, { reason: 'retry', stepKey: null, steps, isTaken })
}

/**
 * A conversation as it stood after one of its messages: that message with its answers up to the one named, and all
 * before it with all of theirs. Without a key: the last message that has ended. A message still being answered is
 * `execution.busy`.
 */
export function forkOf(state: ExecutionState, deriving: Deriving, stepKey: string | null): Derived {
  if (!state.conversation) {
    throw new AppError(
      'execution.not_conversation',
      'This execution is no conversation. Start a new run instead.',
    )
  }
  const all = [...state.steps.values()]
  const at = stepKey === null ? lastEnded(state, all) : state.steps.get(stepKey)
  if (stepKey !== null && !at?.conversation) throw notFound('step')
  const first = at && messageOf(state, at)
  const steps = all.filter((step) => {
    if (!first || !step.conversation) return true
    const message = messageOf(state, step)
    if (message === first) return step.ordinal <= at.ordinal
    // An earlier message that is just being answered again keeps the answer it has.
    return message.ordinal < first.ordinal && (step === message || isFinal(step.status))
  })
  if (!at || !steps.every((step) => isFinal(step.status))) {
    throw new AppError(
      'execution.busy',
      'This message is still being answered. Wait for it, stop it, or fork from a message before it.',
    )
  }
  return derive(state, deriving, { reason: 'fork', stepKey: at.key, steps, isTaken: () => true })
}

function lastEnded(state: ExecutionState, steps: StepState[]): StepState | undefined {
  const ended = steps.filter((step) => step.conversation && isFinal(step.status))
  const last = Math.max(...ended.map((step) => messageOf(state, step).ordinal))
  return ended.findLast((step) => messageOf(state, step).ordinal === last)
}

function derive(
  state: ExecutionState,
  { id, runAs, trigger, now }: Deriving,
  from: {
    reason: string
    stepKey: string | null
    steps: StepState[]
    isTaken: (step: StepState) => boolean
  },
): Derived {
  const { projectId, visibility, kind, name, track, source, planVersion, conversation, deadlineMs } = state
  const header = {
    id,
    organizationId: runAs.organizationId,
    projectId,
    ownerId: runAs.userId,
    visibility,
    kind,
    name,
    track,
    trigger,
    source,
    derivedFrom: { id: state.id, stepKey: from.stepKey, reason: from.reason },
    planVersion,
    conversation,
    deadlineMs,
  }
  const steps = from.steps.map(planOf)
  const taken = from.steps.filter(from.isTaken).map(takenOf)
  const refs = [planInputRef, ...steps.map((step) => step.inputRef), ...taken.map((step) => step.outputRef)]
  return { created: { type: 'created', at: now, header, steps, taken }, refs: [...new Set(refs)] }
}

function planOf(step: StepState): StepPlan {
  const { key, kind, name, after, retry, timeoutMs, conversation, replaces, model, inputRef } = step
  return { key, kind, name, after, retry, timeoutMs, conversation, replaces, model, inputRef }
}

/** As it ended; of one that did not succeed the reason, and what its last attempt had said. */
function takenOf(step: StepState): TakenStep {
  const { key: stepKey, attempt, status, error } = step
  if (step.outputRef !== null) return { stepKey, attempt, outputRef: step.outputRef }
  return { stepKey, attempt, outputRef: outputRef(stepKey, attempt), status, ...(error ? { error } : {}) }
}
