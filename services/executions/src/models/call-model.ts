import type { ModelSettings } from '../contract/plan.ts'

export interface ModelMessage {
  role: 'user' | 'assistant'
  content: string
}

export interface ModelRequest {
  /** `provider/name`, such as `demo/writer`; the name may hold more slashes. */
  model: string
  settings: ModelSettings
  /** Empty for none. */
  system: string
  /** Begins with the first user turn and ends with the one to be answered. */
  messages: ModelMessage[]
}

/** Tokens as the provider counted them; `cachedTokens` are the part of `inputTokens` that it read from its cache. */
export interface ModelUsage {
  inputTokens: number
  outputTokens: number
  cachedTokens: number
}

/** `length` is an answer that the token limit cut, `refused` one that the provider's filter ended. */
export type FinishReason = 'stop' | 'length' | 'refused' | 'tool_calls' | 'other'

export interface ModelResult {
  text: string
  /** Null when the provider did not say. */
  usage: ModelUsage | null
  /** In billionths of a dollar; null when the usage or the price is unknown. */
  costNanoUsd: bigint | null
  finishReason: FinishReason
}

export interface ModelCall {
  organizationId: string
  request: ModelRequest
  signal: AbortSignal
  /** Called with each piece of text as it arrives; the pieces joined are `ModelResult.text`. */
  onText: (text: string) => void
  /** Called once, right before the first `onText`. */
  onFirstToken: () => void
}

/** One try: no retries inside. Throws `ModelError` and nothing else. */
export type CallModel = (call: ModelCall) => Promise<ModelResult>

export interface ListedModel {
  /** `provider/name`. */
  id: string
  provider: string
  name: string
  contextTokens: number | null
  maxOutputTokens: number | null
  inputNanoUsdPerToken: number | null
  outputNanoUsdPerToken: number | null
  cachedNanoUsdPerToken: number | null
  abilities: { images: boolean; tools: boolean; structuredOutput: boolean }
  demo: boolean
  /** False when the deployment has no key for the provider. */
  available: boolean
}

export interface Models {
  callModel: CallModel
  listModels: () => Promise<ListedModel[]>
  /** Words before the slash of the models that can be asked. */
  providers: readonly string[]
}
