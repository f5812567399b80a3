import type { RunAs } from '../../contract/commands.ts'
import type { ExecutionState, StepState } from '../../engine/state.ts'
import type { AttemptUsage } from '../../engine/usage.ts'

/** One attempt, as its handler sees it. */
export interface StepContext {
  state: ExecutionState
  step: StepState
  attempt: number
  fence: number
  runAs: RunAs
  /** Content by reference, of this execution. */
  read: (refs: string[]) => Promise<Map<string, unknown>>
  /** Aborted when the attempt is over, whatever its handler still does. */
  signal: AbortSignal
  /** Tells whether the attempt merely waits for infrastructure of ours, which is no time of its own. */
  onWaiting: (waits: boolean) => void
  onText: (text: string) => void
  onFirstToken: () => void
}

export interface StepResult {
  output: unknown
  usage: AttemptUsage
  finishReason: string | null
}

/** Somebody else has taken the attempt over and will be heard of until then, in milliseconds since 1970. */
export interface StepAccepted {
  acceptedUntil: number
}

/**
 * Carries out one attempt of a kind of step; throws `StepError`, `OwnOutage` before any effect, or anything for a mistake
 * of our own. After an `OwnOutage` it is called again.
 */
export type StepHandler = (context: StepContext) => Promise<StepResult | StepAccepted>

/** An attempt that did not succeed. */
export class StepError extends Error {
  readonly code: string
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly usage: AttemptUsage

  constructor(
    code: string,
    message: string,
    details: { retryable: boolean; retryAfterMs?: number | undefined; usage?: AttemptUsage; cause?: unknown },
  ) {
    super(message, { cause: details.cause })
    this.code = code
    this.retryable = details.retryable
    this.retryAfterMs = details.retryAfterMs
    this.usage = details.usage ?? 'none'
  }
}

/** Infrastructure of our own is away. It fails no step: the work is done again until the deadline. */
export class OwnOutage extends Error {
  constructor(cause: unknown) {
    super('Infrastructure of our own is away.', { cause })
  }
}
