import type { Provider as PricedProvider } from '@pydantic/genai-prices'
import { anthropicMessages } from './anthropic.ts'
import type { ModelConfig } from './model.config.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import { findPricedProvider } from './prices.ts'
import type { Wire } from './wire.ts'

export interface Provider {
  id: string
  /** What people call it. */
  name: string
  baseUrl: string
  /** Undefined where a key is needed and missing. */
  apiKey: string | undefined
  keySetting: string
  wire: Wire
  priced: PricedProvider | null
  /** Its models are asked of the server rather than taken from the price data. */
  listsItself: boolean
  /** Host and port of an address that the deployment named, allowed even where it is private. */
  trustedHost: string | null
}

/** Servers of one's own rarely want a key, but the SDKs send one. */
const noKey = 'none'

function hostOf(baseUrl: string): string {
  const url = new URL(baseUrl)
  return `${url.hostname.replace(/^\[|\]$/g, '')}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`
}

interface BuiltIn {
  id: string
  name: string
  officialUrl: string
  ownUrl: string
  key: string
  keySetting: string
  wire: Wire
  priceId: string
}

function builtIn({ id, name, officialUrl, ownUrl, key, keySetting, wire, priceId }: BuiltIn): Provider {
  const isOwn = ownUrl !== ''
  return {
    id,
    name: isOwn ? `${name} at ${new URL(ownUrl).host}` : name,
    baseUrl: isOwn ? ownUrl : officialUrl,
    apiKey: key === '' ? (isOwn ? noKey : undefined) : key,
    keySetting,
    wire,
    priced: findPricedProvider({ id: priceId }),
    listsItself: isOwn,
    trustedHost: isOwn ? hostOf(ownUrl) : null,
  }
}

/** The model providers of a deployment by the word before the slash in a model's id, without the demo. */
export function createProviders(config: ModelConfig): Map<string, Provider> {
  const openaiSpeaksResponses =
    config.openaiWire === 'responses' || (config.openaiWire === 'auto' && config.openaiBaseUrl === '')
  const providers = [
    builtIn({
      id: 'openai',
      name: 'OpenAI',
      officialUrl: 'https://api.openai.com/v1',
      ownUrl: config.openaiBaseUrl,
      key: config.openaiApiKey,
      keySetting: 'OPENAI_API_KEY',
      wire: openaiSpeaksResponses
        ? openaiResponses
        : openaiChat(config.openaiBaseUrl === '' ? 'max_completion_tokens' : 'max_tokens'),
      priceId: 'openai',
    }),
    builtIn({
      id: 'anthropic',
      name: 'Anthropic',
      officialUrl: 'https://api.anthropic.com',
      // The SDK adds /v1 itself; people write it all the same.
      ownUrl: config.anthropicBaseUrl.replace(/\/v1$/, ''),
      key: config.anthropicApiKey,
      keySetting: 'ANTHROPIC_API_KEY',
      wire: anthropicMessages,
      priceId: 'anthropic',
    }),
    builtIn({
      id: 'xai',
      name: 'xAI',
      officialUrl: 'https://api.x.ai/v1',
      ownUrl: config.xaiBaseUrl,
      key: config.xaiApiKey,
      keySetting: 'XAI_API_KEY',
      wire: openaiChat('max_completion_tokens'),
      priceId: 'x-ai',
    }),
    ...config.modelServers.map(({ name, baseUrl, apiKey }): Provider => ({
      id: name,
      name,
      baseUrl,
      apiKey: apiKey === '' ? noKey : apiKey,
      keySetting: 'QUILLWORKS_MODEL_SERVERS',
      wire: openaiChat('max_tokens'),
      priced: findPricedProvider({ baseUrl }),
      listsItself: true,
      trustedHost: hostOf(baseUrl),
    })),
  ]
  return new Map(providers.map((provider) => [provider.id, provider]))
}
