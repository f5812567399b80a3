import type { Failure, StepPlan } from './state.ts'
import type { AttemptUsage, KnownUsage } from './usage.ts'

/** A person's or program's wish, stored as a row before it is answered. Content is in payloads already. */
export type EngineCommand =
  | { type: 'cancel'; reason: string | null }
  | { type: 'stop_step'; stepKey: string }
  | { type: 'message'; step: StepPlan }
  | { type: 'regenerate'; step: StepPlan }
  | { type: 'close' }

/** What an attempt reports; `random` (0 up to 1) makes the jitter of the retry. */
export interface AttemptFailed {
  type: 'attempt_failed'
  stepKey: string
  attempt: number
  error: Failure
  retryable: boolean
  retryAfterMs?: number | undefined
  usage: AttemptUsage
  random: number
}

/** How a worker ended an attempt; `random` (0 up to 1) makes the jitter of the retry. */
export interface AttemptCompleted {
  type: 'attempt_completed'
  stepKey: string
  attempt: number
  failure: { error: Failure; retryable: boolean } | null
  random: number
}

export type EngineInput =
  /** Nothing happened but time. */
  | { type: 'tick' }
  | { type: 'command'; command: EngineCommand }
  /** A replica has claimed what another left behind: whatever was in flight is lost. */
  | { type: 'takeover' }
  | { type: 'first_token'; stepKey: string; attempt: number; timeToFirstTokenMs: number }
  | { type: 'progress'; stepKey: string; attempt: number }
  | {
      type: 'attempt_succeeded'
      stepKey: string
      attempt: number
      usage: AttemptUsage
      finishReason: string | null
    }
  | AttemptFailed
  /** A worker has taken the attempt and will complete it, or be heard of, before `until`. */
  | { type: 'attempt_accepted'; stepKey: string; attempt: number; until: number }
  /** The worker is at it and asks for more time; nothing but that follows. */
  | { type: 'heartbeat'; stepKey: string; attempt: number; until: number }
  /** What the worker brought; what follows from it is decided by the next owner. */
  | AttemptCompleted
  /** It had no effect yet, for infrastructure of ours is away: it begins again, and counts as nothing. */
  | { type: 'attempt_put_off'; stepKey: string; attempt: number }
  | { type: 'late_usage'; stepKey: string; attempt: number; usage: KnownUsage }
  /** The execution itself cannot go on (storage refused it, it killed its replicas). */
  | { type: 'broken'; error: Failure }
  | { type: 'rename'; name: string }
