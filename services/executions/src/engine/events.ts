import type { ExecutionFact } from '../contract/events.ts'
import type { StepStatus } from '../contract/status.ts'
import type { ExecutionHeader, Failure, StepPlan, Waiting } from './state.ts'
import type { AttemptUsage, KnownUsage } from './usage.ts'

/** A step whose result an earlier execution already made; its payloads are copied under the same references. */
export interface TakenStep {
  stepKey: string
  attempt: number
  outputRef: string
  /** `succeeded` where left out; a conversation also keeps its messages that ended otherwise, with their reason. */
  status?: StepStatus
  error?: Failure
}

interface AttemptEnd {
  stepKey: string
  attempt: number
  usage: AttemptUsage
}

interface Facts {
  created: { header: ExecutionHeader; steps: StepPlan[]; taken: TakenStep[] }
  started: object
  waiting: { waiting: Waiting }
  resumed: object
  renamed: { name: string }
  succeeded: object
  failed: { error: Failure }
  canceled: { error: Failure }
  timed_out: { error: Failure }
  usage_recorded: { stepKey: string; attempt: number; usage: KnownUsage }
  step_added: { stepKey: string; step: StepPlan }
  step_started: { stepKey: string; attempt: number }
  /** A worker does the attempt without us and will be heard of before `until`; again for each longer promise. */
  step_accepted: { stepKey: string; attempt: number; until: number }
  step_streaming: { stepKey: string; attempt: number; timeToFirstTokenMs: number }
  step_progressed: { stepKey: string; attempt: number }
  step_succeeded: AttemptEnd & { outputRef: string; finishReason: string | null }
  /** The attempt failed and another one follows at `retryAt`. */
  step_retried: AttemptEnd & { error: Failure; retryAt: number }
  /** The owner died with the attempt in flight, or the attempt only waited for infrastructure of ours. */
  step_lost: AttemptEnd
  step_failed: AttemptEnd & { error: Failure }
  step_timed_out: AttemptEnd & { error: Failure }
  step_canceled: AttemptEnd & { error: Failure }
  step_skipped: { stepKey: string; error: Failure }
}

/** One append-only fact; `at` is milliseconds of the database's clock. The revision is its place in the fold. */
export type EngineEvent = { [Type in ExecutionFact]: { type: Type; at: number } & Facts[Type] }[ExecutionFact]
