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
  onText: (text: string) => void
  onFirstToken: () => void
}

export interface StepResult {
  output: unknown
  usage: AttemptUsage
  finishReason: string | null
}

/** Carries out one attempt of a kind of step; throws `StepError`, or anything for a failure of our own. */
export type StepHandler = (context: StepContext) => Promise<StepResult>

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
