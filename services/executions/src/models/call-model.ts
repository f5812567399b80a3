import type { ModelSettings } from '../contract/plan.ts'
import type { TokenPrices } from './prices.ts'

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

/** Whose price of a model it is. */
export const priceSources = ['package', 'organization'] as const

export interface ListedModel extends TokenPrices {
  /** `provider/name`. */
  id: string
  provider: string
  name: string
  contextTokens: number | null
  maxOutputTokens: number | null
  /** Null where nobody knows a price. */
  priceSource: (typeof priceSources)[number] | null
  /** The price without one of the organization; null where it is not known. */
  packagePrice: TokenPrices | null
  abilities: { images: boolean; tools: boolean; structuredOutput: boolean }
  demo: boolean
  /** False when neither the organization nor the deployment has a key for the provider. */
  available: boolean
}

/** Where the key of a provider comes from. */
export const providerSources = ['organization', 'environment', 'none'] as const

/** A provider as an organization sees it. */
export interface ListedProvider {
  id: string
  /** What people call it. */
  name: string
  source: (typeof providerSources)[number]
  /** False where there is no key, or one that can no longer be read. */
  available: boolean
  /** Known without any organization: by itself or from the environment. */
  ofDeployment: boolean
}

export interface Models {
  callModel: CallModel
  listModels: (organizationId: string) => Promise<ListedModel[]>
  /** Words before the slash of the models that can be asked. */
  providersOf: (organizationId: string) => Promise<readonly string[]>
  listProviders: (organizationId: string) => Promise<ListedProvider[]>
  /**
   * Asks the provider for its models, which costs nothing and needs the key. Undefined where there is no such provider;
   * throws `ModelError` with what is wrong.
   */
  checkProvider: (organizationId: string, provider: string) => Promise<{ models: number } | undefined>
}
