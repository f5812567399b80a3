import { ConfigError, defineConfig, entry } from '@quillworks/service-kit/config'
import { serviceConfigEntries } from '@quillworks/service-kit/service-config'
import { z } from 'zod'
import { type StatusMode, statusModes } from './identity/status-mode.ts'
import type { OidcSettings } from './identity/oidc/oidc-settings.ts'
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
  statusMode: entry<StatusMode>({
    env: 'QUILLWORKS_STATUS_MODE',
    schema: z.enum(statusModes),
    default: 'auto',
    doc: 'how pages follow what runs, unless their reader chooses: push, poll, or auto, which polls while push fails',
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
  oidcIssuer: entry({
    env: 'QUILLWORKS_OIDC_ISSUER',
    schema: z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/$/, '')),
    default: '',
    doc: 'an OpenID Connect provider that people can sign in with, as it states its issuer; register <public URL>/api/auth/callback/oidc there',
  }),
  oidcClientId: entry({
    env: 'QUILLWORKS_OIDC_CLIENT_ID',
    schema: z.string(),
    default: '',
    doc: 'the client that the provider knows this deployment as',
  }),
  oidcClientSecret: entry({
    env: 'QUILLWORKS_OIDC_CLIENT_SECRET',
    schema: z.string(),
    default: '',
    doc: 'the secret of that client',
  }),
  oidcName: entry({
    env: 'QUILLWORKS_OIDC_NAME',
    schema: z.string().max(60),
    default: 'single sign-on',
    doc: 'what the sign-in page calls the provider',
  }),
  oidcDomains: entry<string[]>({
    env: 'QUILLWORKS_OIDC_DOMAINS',
    schema: z.string().transform((text) =>
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
    default: [],
    doc: 'domains of e-mail addresses whose people may come through the provider without an invitation: example.org,example.com',
  }),
  oidcOrganization: entry({
    env: 'QUILLWORKS_OIDC_ORGANIZATION',
    schema: z.string(),
    default: '',
    doc: 'slug of the organization that they join; the oldest when left out',
  }),
  oidcRole: entry<'admin' | 'member' | 'viewer'>({
    env: 'QUILLWORKS_OIDC_ROLE',
    schema: z.enum(['admin', 'member', 'viewer']),
    default: 'member',
    doc: 'the role with which they join: admin, member or viewer',
  }),
  oidcTrustEmail: entry<boolean>({
    env: 'QUILLWORKS_OIDC_TRUST_EMAIL',
    schema: z.enum(['true', 'false']).transform((text) => text === 'true'),
    default: false,
    doc: 'true where the provider checks addresses but does not say so (no email_verified)',
  }),
  logLevel,
})

export type GatewayConfig = ReturnType<typeof readConfig>
/** How people sign in through a provider; undefined where none is set. Throws where its client is missing. */
export function oidcSettingsOf(
  config: Pick<GatewayConfig, Extract<keyof GatewayConfig, `oidc${string}`>>,
): OidcSettings | undefined {
  if (config.oidcIssuer === '') return undefined
  const missing = [
    config.oidcClientId === '' ? 'QUILLWORKS_OIDC_CLIENT_ID' : '',
    config.oidcClientSecret === '' ? 'QUILLWORKS_OIDC_CLIENT_SECRET' : '',
  ].filter(Boolean)
  if (missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name} is missing: QUILLWORKS_OIDC_ISSUER needs it`))
  return {
    issuer: config.oidcIssuer,
    clientId: config.oidcClientId,
    clientSecret: config.oidcClientSecret,
    name: config.oidcName,
    domains: config.oidcDomains,
    organization: config.oidcOrganization,
    role: config.oidcRole,
    trustEmail: config.oidcTrustEmail,
  }
}

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
