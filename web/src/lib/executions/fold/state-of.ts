import {
  pendingStep,
  type ExecutionState,
  type StepState,
  type UsageTotals,
} from '@quillworks/executions/fold'
import type { Attempt, ExecutionDetail, Step, Usage } from '../execution.documents.ts'

/** Milliseconds of an ISO time. */
export const timeOf = (iso: string): number => new Date(iso).getTime()
const timeOrNull = (iso: string | null): number | null => (iso === null ? null : timeOf(iso))

/**
 * The sums as the engine keeps them, from how they are told. Where nothing was spent, nothing is known to be spent: the
 * first attempt that tells nothing then leaves the sum unknown instead of zero.
 */
export function totalsOf(usage: Usage): UsageTotals {
  const { costUsd, unknownAttempts, unpricedAttempts, timeToFirstTokenMs } = usage
  const told = usage.totalTokens !== null && usage.totalTokens > 0
  return {
    inputTokens: told ? usage.inputTokens : null,
    outputTokens: told ? usage.outputTokens : null,
    cachedTokens: told ? usage.cachedTokens : null,
    costNanoUsd: told && costUsd !== null ? String(Math.round(costUsd * 1e9)) : null,
    unknownAttempts,
    unpricedAttempts,
    timeToFirstTokenMs,
  }
}

/** The try in flight: the last one, while it has not ended. */
function openOf(attempts: readonly Attempt[]): StepState['open'] {
  const last = attempts.at(-1)
  if (!last || last.finishedAt !== null) return null
  return { number: last.number, startedAt: timeOf(last.startedAt), until: null }
}

function stepStateOf(step: Step, ordinal: number): StepState {
  const plan = {
    key: step.key,
    kind: step.kind as StepState['kind'],
    name: step.name,
    after: [],
    retry: { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 },
    timeoutMs: null,
    conversation: false,
    replaces: step.replaces,
    model: step.model,
    inputRef: '',
  }
  return {
    ...pendingStep(plan, ordinal),
    status: step.status,
    attempt: step.attempt,
    open: openOf(step.attempts),
    unknown: step.attempts.filter(({ usage }) => usage.unknownAttempts > 0).map(({ number }) => number),
    error: step.error,
    usage: totalsOf(step.usage),
    startedAt: timeOrNull(step.startedAt),
    finishedAt: timeOrNull(step.finishedAt),
  }
}

/**
 * The engine's state of an execution, as far as a page can tell it: enough to go on folding what is shown from here,
 * and not enough to decide anything. Rules of retries, deadlines and references of content are left out.
 */
export function stateOf(execution: ExecutionDetail): ExecutionState {
  return {
    id: execution.id,
    organizationId: '',
    projectId: execution.projectId,
    ownerId: '',
    visibility: execution.visibility,
    kind: execution.kind,
    name: execution.name,
    track: execution.track,
    trigger: execution.trigger,
    source: execution.source,
    derivedFrom: null,
    planVersion: 1,
    conversation: execution.kind === 'chat',
    deadlineMs: 0,
    status: execution.status,
    revision: execution.revision,
    waiting: execution.waiting && { for: execution.waiting.for, stepKey: null, since: 0, until: null },
    error: execution.error,
    usage: totalsOf(execution.usage),
    createdAt: timeOf(execution.createdAt),
    updatedAt: timeOf(execution.createdAt),
    startedAt: timeOrNull(execution.startedAt),
    finishedAt: timeOrNull(execution.finishedAt),
    deadlineAt: null,
    steps: new Map(execution.steps.map((step, ordinal) => [step.key, stepStateOf(step, ordinal)])),
  }
}
