import { defineConfig, entry } from '@quillworks/service-kit/config'
import { z } from 'zod'

/** Settings of the models, which `doctor` only looks for; services/executions reads and checks them. */
const text = (env: string, doc: string) => entry({ env, schema: z.string(), default: '', doc })

/** The settings of the command line. Those of the processes it starts are read by the supervisor. */
export const readCliConfig = defineConfig({
  url: entry({
    env: 'QUILLWORKS_URL',
    schema: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
    default: '',
    doc: 'Where commands find the gateway; without it the one started from the data folder, else http://127.0.0.1:<QUILLWORKS_PORT>.',
  }),
  port: entry({
    env: 'QUILLWORKS_PORT',
    schema: z.coerce.number().int().min(1).max(65535),
    default: 4000,
    doc: 'Port of the gateway, the one address that people and programs use.',
  }),
  dataDir: entry({
    env: 'QUILLWORKS_DATA_DIR',
    schema: z.string(),
    default: '.data',
    doc: 'Folder of the database, the secret and the logs of a local start; relative to the repository.',
  }),
  apiKey: entry({
    env: 'QUILLWORKS_API_KEY',
    schema: z.string(),
    default: '',
    doc: 'API key that commands send; without it the owner of a readable data folder is signed in.',
  }),
  organization: entry({
    env: 'QUILLWORKS_ORGANIZATION',
    schema: z.string(),
    default: '',
    doc: 'Organization that commands act in, by id or short name; without it the first of the user, or that of the key.',
  }),
  secret: entry({
    env: 'QUILLWORKS_SECRET',
    schema: z.string().min(32, 'needs at least 32 characters'),
    default: '',
    doc: 'The secret that all keys are derived from; made in the data folder by a local start.',
  }),
  databaseUrl: entry({
    env: 'DATABASE_URL',
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'needs the form postgres://user:password@host:port/database'),
    default: '',
    doc: "The database owner's address, read by the migrator alone; without it an embedded Postgres is started.",
  }),
  natsUrl: entry({
    env: 'NATS_URL',
    schema: z.string().regex(/^(nats|tls):\/\//, 'needs the form nats://host:port'),
    default: '',
    doc: 'An existing NATS server with JetStream; without it a local one is started.',
  }),
  openaiApiKey: text('OPENAI_API_KEY', 'Key for `openai/…` models.'),
  openaiBaseUrl: text(
    'OPENAI_BASE_URL',
    'Where `openai/…` goes instead of OpenAI: any server that speaks its chat completions, with /v1 at the end.',
  ),
  anthropicApiKey: text('ANTHROPIC_API_KEY', 'Key for `anthropic/…` models.'),
  xaiApiKey: text('XAI_API_KEY', 'Key for `xai/…` models.'),
  modelServers: text(
    'QUILLWORKS_MODEL_SERVERS',
    'More OpenAI-compatible servers, such as `ollama=http://127.0.0.1:11434/v1,vllm=https://gpu.example/v1|key`.',
  ),
})

export type CliConfig = ReturnType<typeof readCliConfig>
