import { entry, type ConfigEntry } from '@quillworks/service-kit/config'
import { z } from 'zod'

/** A server that speaks OpenAI's chat completions; `name/…` models go there. */
export interface ModelServerSetting {
  name: string
  baseUrl: string
  apiKey: string
}

const builtInProviders: readonly string[] = ['demo', 'openai', 'anthropic', 'xai']

const trimmed = z.string().trim()
const baseUrl = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''))
const atLeastOne = z.coerce.number().int().min(1)

/** `ollama=http://127.0.0.1:11434/v1,vllm=https://gpu.example/v1|key`; what follows `|` is the server's key. */
const serverList = trimmed.transform((value, context): ModelServerSetting[] =>
  value.split(/\s*,\s*/).flatMap((part) => {
    const [, name = '', url = '', apiKey = ''] =
      /^([a-z0-9_-]+)=(https?:\/\/[^|\s]+)(?:\|(\S+))?$/.exec(part) ?? []
    if (name !== '' && !builtInProviders.includes(name))
      return [{ name, baseUrl: url.replace(/\/+$/, ''), apiKey }]
    context.addIssue(`each server is name=http://host:port/v1, with a name of its own: ${part.split('|')[0]}`)
    return []
  }),
)

function key(env: string, doc: string): ConfigEntry<string> {
  return entry({ env, schema: trimmed, default: '', doc })
}

function url(env: string, doc: string): ConfigEntry<string> {
  return entry({ env, schema: baseUrl, default: '', doc })
}

function limit(env: string, value: number, doc: string): ConfigEntry<number> {
  return entry({ env, schema: atLeastOne, default: value, doc })
}

/** The settings of the models, for the service's `defineConfig`. */
export const modelConfigEntries = {
  openaiApiKey: key('OPENAI_API_KEY', 'Key for `openai/…` models.'),
  anthropicApiKey: key('ANTHROPIC_API_KEY', 'Key for `anthropic/…` models.'),
  xaiApiKey: key('XAI_API_KEY', 'Key for `xai/…` models.'),
  openaiBaseUrl: url(
    'OPENAI_BASE_URL',
    'Where `openai/…` goes instead of OpenAI, with /v1: any server that speaks its chat completions.',
  ),
  anthropicBaseUrl: url('ANTHROPIC_BASE_URL', 'Where `anthropic/…` goes instead of Anthropic, without /v1.'),
  xaiBaseUrl: url('XAI_BASE_URL', 'Where `xai/…` goes instead of xAI, with /v1.'),
  openaiWire: entry<'auto' | 'chat' | 'responses'>({
    env: 'QUILLWORKS_OPENAI_WIRE',
    schema: z.enum(['auto', 'chat', 'responses']),
    default: 'auto',
    doc: 'Protocol of `openai/…`: auto takes responses at OpenAI itself and chat at an OPENAI_BASE_URL.',
  }),
  modelServers: entry<ModelServerSetting[]>({
    env: 'QUILLWORKS_MODEL_SERVERS',
    schema: serverList,
    default: [],
    doc: 'More OpenAI-compatible servers: `ollama=http://127.0.0.1:11434/v1,vllm=https://gpu.example/v1|key`.',
  }),
  allowHosts: entry<string[]>({
    env: 'QUILLWORKS_ALLOW_HOSTS',
    schema: trimmed.transform((value) => value.split(/[\s,]+/).filter((each) => each !== '')),
    default: [],
    doc: 'Private hosts that outgoing requests may reach: `host`, `host:port`, a CIDR range or `loopback`.',
  }),
  modelFirstMs: limit('QUILLWORKS_MODEL_FIRST_MS', 120_000, 'Longest wait until a model begins to answer.'),
  modelIdleMs: limit(
    'QUILLWORKS_MODEL_IDLE_MS',
    60_000,
    'Longest silence of a model in the middle of a call.',
  ),
  modelTotalMs: limit('QUILLWORKS_MODEL_TOTAL_MS', 600_000, 'Longest time of one model call.'),
  modelMaxBytes: limit(
    'QUILLWORKS_MODEL_MAX_BYTES',
    32 * 1024 * 1024,
    'Most bytes that one call may send back.',
  ),
  modelConcurrency: limit(
    'QUILLWORKS_MODEL_CONCURRENCY',
    64,
    'Model calls at the same time per provider, over all replicas.',
  ),
  modelConcurrencyPerOrganization: limit(
    'QUILLWORKS_MODEL_CONCURRENCY_PER_ORGANIZATION',
    16,
    'The same for one organization.',
  ),
  demoDelayMs: entry<number>({
    env: 'QUILLWORKS_DEMO_DELAY_MS',
    schema: z.coerce.number().int().min(0),
    default: 18,
    doc: 'Pause of the demo model between two words; 0 for none.',
  }),
}

type ValueOf<E> = E extends ConfigEntry<infer T> ? T : never

/** What `createModels` reads, as `defineConfig` yields it. */
export type ModelConfig = { [K in keyof typeof modelConfigEntries]: ValueOf<(typeof modelConfigEntries)[K]> }
