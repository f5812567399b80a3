import type { ModelSettings } from '../contract/plan.ts'
import type { ModelMessage } from './call-model.ts'
import type { Fetch } from './guarded-fetch.ts'
import type { Heard } from './heard.ts'

export interface WireCall {
  apiKey: string
  baseUrl: string
  fetch: Fetch
  /** The provider's own name of the model. */
  model: string
  settings: ModelSettings
  system: string
  messages: ModelMessage[]
  signal: AbortSignal
  heard: Heard
  /** Counts what has come of the answer. */
  onBytes: (bytes: number) => void
  /** The SDK's own limit for the headers; ours is shorter. */
  timeoutMs: number
}

/**
 * Streams one answer into `heard`, asked for with the provider's SDK. Sets `heard.finish` only at the protocol's terminal
 * marker. Resolving means only that the stream is over; what that was worth is judged by the caller.
 */
export type Wire = (call: WireCall) => Promise<void>

/** A failure that a protocol reports in its own events rather than by HTTP. */
export class ReportedFailure extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message)
    this.name = 'ReportedFailure'
  }
}
