import { AppError } from '@quillworks/service-kit/errors'
import type { ModelUsage } from './call-model.ts'

/** Why a model call failed. Stable: stored with the attempt and shown by the API. */
export type ModelErrorCode =
  | 'model.canceled'
  | 'model.circuit_open'
  | 'model.host_refused'
  | 'model.input_too_long'
  | 'model.invalid_request'
  | 'model.malformed'
  | 'model.no_key'
  | 'model.not_found'
  | 'model.overloaded'
  | 'model.queue_full'
  | 'model.quota_exceeded'
  | 'model.rate_limited'
  | 'model.refused_key'
  | 'model.stalled'
  | 'model.timeout'
  | 'model.too_large'
  | 'model.truncated'
  | 'model.unavailable'

export interface ModelErrorDetails {
  /** Trying the same call again may help. */
  retryable: boolean
  /** What the provider asked to wait, in milliseconds, where it said something believable. */
  retryAfterMs?: number | undefined
  cause?: unknown
}

/**
 * A model call that did not succeed. `partialText` is what had arrived, kept as partial and never as the answer;
 * `usage` and `costNanoUsd` are what the provider reported for it, or null when it is unknown.
 */
export class ModelError extends AppError {
  override readonly code: ModelErrorCode
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  partialText = ''
  usage: ModelUsage | null = null
  costNanoUsd: bigint | null = null

  constructor(code: ModelErrorCode, message: string, details: ModelErrorDetails) {
    super(code, message, { cause: details.cause })
    this.name = 'ModelError'
    this.code = code
    this.retryable = details.retryable
    this.retryAfterMs = details.retryAfterMs
  }
}
