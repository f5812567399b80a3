import { z } from 'zod'

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''))
const optionalText = z.string().trim().default('')
const milliseconds = z.coerce.number().int().min(1)

/** `ollama=http://127.0.0.1:11434/v1,vllm=http://gpu:8000/v1|key` as a list; a key may follow after `|`. */
const serverList = optionalText.transform((text, context) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      const match = /^([a-z0-9_-]+)=(https?:\/\/[^|\s]+)(?:\|(\S+))?$/.exec(part)
      const [, name, baseUrl, apiKey] = match ?? []
      if (
        name === undefined ||
        baseUrl === undefined ||
        ['demo', 'openai', 'anthropic', 'xai'].includes(name)
      ) {
        context.addIssue(
          `each server is name=http://host:port/v1, with a name of its own; this is not: ${part.split('|')[0]}`,
        )
        return []
      }
      return [{ name, baseUrl: baseUrl.replace(/\/+$/, ''), apiKey }]
    }),
)

/** The settings of the models, for the service's `defineConfig`. */
export const modelConfigEntries = {
  openaiApiKey: {
    env: 'OPENAI_API_KEY',
    schema: optionalText,
    default: '',
    doc: 'Key for `openai/…` models.',
  },
  anthropicApiKey: {
    env: 'ANTHROPIC_API_KEY',
    schema: optionalText,
    default: '',
    doc: 'Key for `anthropic/…` models.',
  },
  xaiApiKey: { env: 'XAI_API_KEY', schema: optionalText, default: '', doc: 'Key for `xai/…` models.' },
  openaiBaseUrl: {
    env: 'OPENAI_BASE_URL',
    schema: z.union([z.literal(''), url]),
    default: '',
    doc: 'Where `openai/…` goes instead of OpenAI: any server that speaks its chat completions, with /v1 at the end.',
  },
  anthropicBaseUrl: {
    env: 'ANTHROPIC_BASE_URL',
    schema: z.union([z.literal(''), url]),
    default: '',
    doc: 'Where `anthropic/…` goes instead of Anthropic, without /v1.',
  },
  xaiBaseUrl: {
    env: 'XAI_BASE_URL',
    schema: z.union([z.literal(''), url]),
    default: '',
    doc: 'Where `xai/…` goes instead of xAI, with /v1 at the end.',
  },
  openaiWire: {
    env: 'QUILLWORKS_OPENAI_WIRE',
    schema: z.enum(['auto', 'chat', 'responses']),
    default: 'auto',
    doc: 'Protocol for `openai/…`: `responses` at OpenAI itself and `chat` at an OPENAI_BASE_URL, unless set.',
  },
  modelServers: {
    env: 'QUILLWORKS_MODEL_SERVERS',
    schema: serverList,
    default: '',
    doc: 'More OpenAI-compatible servers, such as `ollama=http://127.0.0.1:11434/v1,vllm=https://gpu.example/v1|key`.',
  },
  modelIdleMs: {
    env: 'QUILLWORKS_MODEL_IDLE_MS',
    schema: milliseconds,
    default: 60_000,
    doc: 'Longest silence of a model in the middle of a call.',
  },
  modelTotalMs: {
    env: 'QUILLWORKS_MODEL_TOTAL_MS',
    schema: milliseconds,
    default: 600_000,
    doc: 'Longest time of one model call.',
  },
  modelMaxBytes: {
    env: 'QUILLWORKS_MODEL_MAX_BYTES',
    schema: z.coerce.number().int().min(1),
    default: 32 * 1024 * 1024,
    doc: 'Most bytes that one model call may send back.',
  },
  modelConcurrency: {
    env: 'QUILLWORKS_MODEL_CONCURRENCY',
    schema: z.coerce.number().int().min(1),
    default: 64,
    doc: 'Model calls at the same time per provider, over all replicas.',
  },
  modelConcurrencyPerOrganization: {
    env: 'QUILLWORKS_MODEL_CONCURRENCY_PER_ORGANIZATION',
    schema: z.coerce.number().int().min(1),
    default: 16,
    doc: 'The same for one organization.',
  },
  demoDelayMs: {
    env: 'QUILLWORKS_DEMO_DELAY_MS',
    schema: z.coerce.number().int().min(0),
    default: 18,
    doc: 'Pause of the demo model between two words; 0 answers at once.',
  },
} as const

/** What `createModels` needs, as `defineConfig` yields it. */
export type ModelConfig = {
  [K in keyof typeof modelConfigEntries]: z.output<(typeof modelConfigEntries)[K]['schema']>
}
