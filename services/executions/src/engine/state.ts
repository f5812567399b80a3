import type { RetryPolicy, StepKind } from '../contract/plan.ts'
import type { ExecutionStatus, StepStatus } from '../contract/status.ts'
import type { WaitKind } from '../contract/events.ts'
import { noUsage, type AttemptUsage, type UsageTotals } from './usage.ts'

/** A failure as it is stored and shown. */
export interface Failure {
  code: string
  message: string
}

/** What a plan says of a step, without its content: `inputRef` names a payload. Times in milliseconds. */
export interface StepPlan {
  key: string
  kind: StepKind
  name: string | null
  after: string[]
  retry: RetryPolicy
  timeoutMs: number | null
  /** A turn of a conversation: its failure ends only itself. */
  conversation: boolean
  /** Key of the message whose answer this one takes the place of. */
  replaces: string | null
  model: string | null
  inputRef: string
}

export interface AttemptState {
  number: number
  startedAt: number
  /** A worker does it and has promised to be heard of until then; null while its owner does it or asks for it. */
  until: number | null
}

export interface StepState extends StepPlan {
  ordinal: number
  status: StepStatus
  /** Number of the latest attempt, 0 before the first. */
  attempt: number
  /** Attempts that failed by themselves; lost ones do not count against the retry policy. */
  failures: number
  /** The attempt in flight. */
  open: AttemptState | null
  /** Usage of the latest ended attempts by number, while it is unknown. */
  unknown: number[]
  nextAttemptAt: number | null
  outputRef: string | null
  error: Failure | null
  usage: UsageTotals
  startedAt: number | null
  finishedAt: number | null
}

export interface Waiting {
  for: WaitKind
  stepKey: string | null
  since: number
  until: number | null
}

export interface Source {
  type: string
  id: string
  name: string
  version: number | null
}

/** What never changes after the start, and what the start decided. */
export interface ExecutionHeader {
  id: string
  organizationId: string
  projectId: string
  ownerId: string
  visibility: 'private' | 'organization'
  kind: string
  name: string
  track: boolean
  trigger: string
  source: Source | null
  derivedFrom: { id: string; stepKey: string | null; reason: string } | null
  planVersion: number
  conversation: boolean
  deadlineMs: number
}

/** All that `decide` needs: facts and references, never content. Times are milliseconds of the database's clock. */
export interface ExecutionState extends ExecutionHeader {
  status: ExecutionStatus
  /** Number of events folded so far. */
  revision: number
  waiting: Waiting | null
  error: Failure | null
  usage: UsageTotals
  createdAt: number
  updatedAt: number
  startedAt: number | null
  finishedAt: number | null
  /** Without progress until then, a running execution ends `timed_out`. */
  deadlineAt: number | null
  steps: ReadonlyMap<string, StepState>
}

/** Payload of a step's input. */
export const inputRef = (stepKey: string): string => `input/${stepKey}`
/** Payload of what an attempt made, also of the text of one that failed half-way. */
export const outputRef = (stepKey: string, attempt: number): string => `output/${stepKey}#${attempt}`
/** Payload of what names a worker's completion of an attempt, so that the same one again is recognized. */
export const completionRef = (stepKey: string, attempt: number): string => `completion/${stepKey}#${attempt}`
/** Payload of the values that templates reach as `{{input.name}}`. */
export const planInputRef = 'plan/input'

/**
 * Steps of these kinds have no outside effect: nothing is written before they are done, and an attempt that succeeds
 * has no row of its own.
 */
export const pureKinds: readonly StepKind[] = ['template']

export function isPure(kind: StepKind): boolean {
  return pureKinds.includes(kind)
}

/** What an attempt that ended without a report has spent. */
export function unreportedUsage(kind: StepKind): AttemptUsage {
  return kind === 'model' ? 'unknown' : 'none'
}

/** Longest time an attempt may take whose step sets no limit of its own and that a worker has accepted. */
export const longestAcceptedMs = 86_400_000

/** When the attempt in flight is given up: by its own limit, or because its worker was not heard of; null for never. */
export function attemptEndsAt({ open, timeoutMs }: Pick<StepState, 'open' | 'timeoutMs'>): number | null {
  if (!open) return null
  const limit = timeoutMs ? open.startedAt + timeoutMs : null
  if (limit === null || open.until === null) return limit ?? open.until
  return Math.min(limit, open.until)
}

/** A step before anything happened to it. */
export function pendingStep(plan: StepPlan, ordinal: number): StepState {
  return {
    ...plan,
    ordinal,
    status: 'pending',
    attempt: 0,
    failures: 0,
    open: null,
    unknown: [],
    nextAttemptAt: null,
    outputRef: null,
    error: null,
    usage: noUsage,
    startedAt: null,
    finishedAt: null,
  }
}
