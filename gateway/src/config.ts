import { defineConfig, entry } from '@quillworks/service-kit/config'
import { serviceConfigEntries } from '@quillworks/service-kit/service-config'
import { z } from 'zod'
import type { PollLimits } from './rest/executions.rest.ts'

const { secret, databaseUrl, natsUrl, profile, logLevel } = serviceConfigEntries

function parseServices(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', ...url] = pair.split('=')
      return [name.trim(), url.join('=').trim()]
    }),
  )
}

const services = z
  .string()
  .transform(parseServices)
  .pipe(
    z.record(
      z.string().min(1),
      z.url({ protocol: /^https?$/, message: 'needs the form prompts=http://host:port,…' }),
    ),
  )

export const readConfig = defineConfig({
  secret,
  databaseUrl,
  natsUrl,
  profile,
  port: entry({
    env: 'QUILLWORKS_PORT',
    schema: z.coerce.number().int().min(0).max(65535),
    default: 4000,
    doc: 'the port that people and programs use; 0 picks a free one',
  }),
  host: entry({
    env: 'QUILLWORKS_HOST',
    schema: z.string(),
    default: '127.0.0.1',
    doc: 'address the gateway listens on; 0.0.0.0 in a container',
  }),
  publicUrl: entry<string | undefined>({
    env: 'QUILLWORKS_PUBLIC_URL',
    schema: z.url({ protocol: /^https?$/ }).optional(),
    doc: 'the address people use, for links and cookies; http://localhost:<port> when left out',
  }),
  services: entry({
    env: 'QUILLWORKS_SERVICES',
    schema: services,
    doc: 'where each service is: prompts=http://host:port,executions=http://host:port,…',
  }),
  webUrl: entry<string | undefined>({
    env: 'QUILLWORKS_WEB_URL',
    schema: z.url({ protocol: /^https?$/ }).optional(),
    doc: 'where the web process is; without it the gateway serves no pages',
  }),
  rateBurst: entry({
    env: 'QUILLWORKS_RATE_BURST',
    schema: z.coerce.number().int().min(1),
    default: 300,
    doc: 'requests that one caller may send at once, before the rate per second counts',
  }),
  ratePerSecond: entry({
    env: 'QUILLWORKS_RATE_PER_SECOND',
    schema: z.coerce.number().int().min(1),
    default: 50,
    doc: 'requests of one caller per second, over a longer time',
  }),
  statusIntervalSeconds: entry({
    env: 'QUILLWORKS_STATUS_INTERVAL_SECONDS',
    schema: z.coerce.number().int().min(1).max(3600),
    default: 3,
    doc: 'how often pollers are asked to look, while something goes on',
  }),
  statusLeastIntervalSeconds: entry({
    env: 'QUILLWORKS_STATUS_LEAST_INTERVAL_SECONDS',
    schema: z.coerce.number().int().min(1).max(3600),
    default: 1,
    doc: 'the shortest interval that a client may be set to',
  }),
  statusWaitSeconds: entry({
    env: 'QUILLWORKS_STATUS_WAIT_SECONDS',
    schema: z.coerce.number().int().min(0).max(50),
    default: 30,
    doc: 'longest wait of a long poll',
  }),
  statusBatch: entry({
    env: 'QUILLWORKS_STATUS_BATCH',
    schema: z.coerce.number().int().min(1).max(1000),
    default: 100,
    doc: 'most executions that one batch poll may ask for',
  }),
  logLevel,
})

export type GatewayConfig = ReturnType<typeof readConfig>
export type StatusSetting = Extract<keyof GatewayConfig, `status${string}`>

/** What pollers of executions are asked to keep to. */
export function pollLimitsOf(config: Pick<GatewayConfig, StatusSetting>): PollLimits {
  return {
    intervalSeconds: config.statusIntervalSeconds,
    leastIntervalSeconds: config.statusLeastIntervalSeconds,
    longestWaitSeconds: config.statusWaitSeconds,
    batch: config.statusBatch,
  }
}
