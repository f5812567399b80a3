import { readFileSync } from 'node:fs'
import { connectNats } from '@quillworks/messaging/connect'
import { createLogger } from '@quillworks/service-kit/logger'
import { createTestDatabase } from '@quillworks/testing/database'
import { startTestNats } from '@quillworks/testing/nats'
import { connectDependencies } from '../src/dependencies.ts'
import type { RateLimit } from '../src/edge/rate-limit.ts'
import { createLocalOwnerLink } from '../src/identity/local-owner/local-owner.usecases.ts'
import type { OidcSettings } from '../src/identity/oidc/oidc-settings.ts'
import type { WatchIntervals } from '../src/live/watch.ts'
import { startGateway } from '../src/server.ts'
import { supergraphFile } from '../src/supergraph/supergraph-file.ts'
import { startFakeExecutions } from './fake-executions.ts'
import { startFakeService } from './fake-service.ts'

export interface Answer {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[]
}

/** A gateway over a real Postgres and NATS, with small services behind it, and the owner signed in. */
export async function startTestGateway(
  options: {
    profile?: 'local' | 'production'
    webUrl?: string
    rateLimit?: RateLimit
    watchIntervals?: WatchIntervals
    oidc?: OidcSettings
  } = {},
) {
  const [testDatabase, nats] = await Promise.all([createTestDatabase(), startTestNats()])
  const { secret } = testDatabase
  const publisher = await connectNats({
    url: nats.url,
    secret,
    name: 'test',
    grants: { publish: ['>'], subscribe: ['>'] },
  })
  const executions = startFakeExecutions({ secret, nats: () => publisher })
  const prompts = startFakeService({
    name: 'prompts',
    secret,
    resolvers: {
      Query: {
        prompt: (_root, { id }: { id: string }) => ({ id, title: 'A prompt' }),
        promptAuditEntries: () => [],
      },
    },
  })
  const logger = createLogger('gateway', { level: 'silent' })
  const config = {
    secret,
    databaseUrl: testDatabase.url,
    natsUrl: nats.url,
    profile: options.profile ?? ('local' as const),
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://localhost',
    services: { executions: executions.url, prompts: prompts.url },
    webUrl: options.webUrl,
    rateBurst: 300,
    ratePerSecond: 50,
    oidc: options.oidc,
    statusMode: 'auto' as const,
    statusIntervalSeconds: 3,
    statusLeastIntervalSeconds: 1,
    statusWaitSeconds: 30,
    statusBatch: 150,
  }
  const connected = await connectDependencies({ config, logger })
  const dependencies = {
    ...connected,
    rateLimit: options.rateLimit ?? connected.rateLimit,
    ...(options.watchIntervals ? { watchIntervals: options.watchIntervals } : {}),
  }
  const gateway = startGateway({
    config,
    dependencies,
    supergraphSdl: readFileSync(supergraphFile, 'utf8'),
    logger,
  })

  /** Another replica of the gateway, on the same Postgres and NATS. */
  async function startReplica() {
    const others = await connectDependencies({ config, logger })
    const replica = startGateway({
      config,
      dependencies: {
        ...others,
        ...(options.watchIntervals ? { watchIntervals: options.watchIntervals } : {}),
      },
      supergraphSdl: readFileSync(supergraphFile, 'utf8'),
      logger,
    })
    return { ...replica, topics: others.topics }
  }

  const link = await createLocalOwnerLink(connected.identity)
  const opened = await fetch(link.url.replace('http://localhost', gateway.url), { redirect: 'manual' })
  const cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const owner = await connected.authenticate({ cookie })
  if (!owner) throw new Error('The owner could not sign in.')

  async function post(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    return fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, ...headers },
      body: JSON.stringify({ query, variables }),
    })
  }

  return {
    ...gateway,
    secret,
    cookie,
    owner,
    executions,
    prompts,
    nats,
    databaseUrl: testDatabase.url,
    ownerUrl: testDatabase.ownerUrl,
    publisher,
    identity: connected.identity,
    topics: connected.topics,
    post,
    startReplica,
    ask: async (query: string, variables?: Record<string, unknown>, headers?: Record<string, string>) =>
      (await (await post(query, variables, headers)).json()) as Answer,
    close: async () => {
      await gateway.stop()
      await publisher.close()
      await Promise.all([executions.stop(), prompts.stop(), nats.close()])
      await testDatabase.close()
    },
  }
}

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>
