import type { Provider as PricedProvider } from '@pydantic/genai-prices'
import { anthropicMessages } from './anthropic.ts'
import type { ModelConfig, ModelServerSetting } from './model.config.ts'
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

/** OpenAI itself is asked through responses, servers like it through chat completions. */
function openaiWire(config: ModelConfig, ownUrl: string): Wire {
  const speaksResponses = config.openaiWire === 'responses' || (config.openaiWire === 'auto' && ownUrl === '')
  if (speaksResponses) return openaiResponses
  return openaiChat(ownUrl === '' ? 'max_completion_tokens' : 'max_tokens')
}

/** What there is without any setting; `ownUrl` empty for the provider itself. */
const builtIns: Record<string, (config: ModelConfig, own: { ownUrl: string; key: string }) => Provider> = {
  openai: (config, own) =>
    builtIn({
      id: 'openai',
      name: 'OpenAI',
      officialUrl: 'https://api.openai.com/v1',
      keySetting: 'OPENAI_API_KEY',
      wire: openaiWire(config, own.ownUrl),
      priceId: 'openai',
      ...own,
    }),
  anthropic: (_config, { key, ownUrl }) =>
    builtIn({
      id: 'anthropic',
      name: 'Anthropic',
      officialUrl: 'https://api.anthropic.com',
      // The SDK adds /v1 itself; people write it all the same.
      ownUrl: ownUrl.replace(/\/v1$/, ''),
      key,
      keySetting: 'ANTHROPIC_API_KEY',
      wire: anthropicMessages,
      priceId: 'anthropic',
    }),
  xai: (_config, own) =>
    builtIn({
      id: 'xai',
      name: 'xAI',
      officialUrl: 'https://api.x.ai/v1',
      keySetting: 'XAI_API_KEY',
      wire: openaiChat('max_completion_tokens'),
      priceId: 'x-ai',
      ...own,
    }),
}

/** True for the providers that need no address: anything else is a server of its own. */
export function isBuiltIn(id: string): boolean {
  return Object.hasOwn(builtIns, id)
}

/** A server that speaks OpenAI's chat completions, as most do. */
function compatible({ name, baseUrl, apiKey }: ModelServerSetting, keySetting: string): Provider {
  return {
    id: name,
    name,
    baseUrl,
    apiKey: apiKey === '' ? noKey : apiKey,
    keySetting,
    wire: openaiChat('max_tokens'),
    priced: findPricedProvider({ baseUrl }),
    listsItself: true,
    trustedHost: hostOf(baseUrl),
  }
}

/** A provider at an address that an organization has set, which nobody trusts for it; its key is added by the caller. */
export function ownProvider(config: ModelConfig, id: string, baseUrl: string): Provider {
  const make = isBuiltIn(id) ? builtIns[id] : undefined
  const provider = make
    ? make(config, { ownUrl: baseUrl, key: '' })
    : compatible({ name: id, baseUrl, apiKey: '' }, '')
  return { ...provider, trustedHost: null }
}

/** The model providers of a deployment by the word before the slash in a model's id, without the demo. */
export function createProviders(config: ModelConfig): Map<string, Provider> {
  const own: Record<string, { ownUrl: string; key: string }> = {
    openai: { ownUrl: config.openaiBaseUrl, key: config.openaiApiKey },
    anthropic: { ownUrl: config.anthropicBaseUrl, key: config.anthropicApiKey },
    xai: { ownUrl: config.xaiBaseUrl, key: config.xaiApiKey },
  }
  const providers = [
    ...Object.entries(builtIns).map(([id, make]) => make(config, own[id] ?? { ownUrl: '', key: '' })),
    ...config.modelServers.map((server) => compatible(server, 'QUILLWORKS_MODEL_SERVERS')),
  ]
  return new Map(providers.map((provider) => [provider.id, provider]))
}
