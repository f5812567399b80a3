import { connectNats } from '@quillworks/messaging/connect'
import { gatewayGrants } from '@quillworks/messaging/grants'
import { connectDatabase, type Database } from '@quillworks/database/connect'
import { serviceRole, systemRole } from '@quillworks/database/roles'
import { defineConfig } from '@quillworks/service-kit/config'
import { newId } from '@quillworks/service-kit/ids'
import { type Identity, identityHeader, signIdentity } from '@quillworks/service-kit/identity'
import { createSubgraphHandler } from '@quillworks/service-kit/subgraph-server'
import { createLogger } from '@quillworks/service-kit/logger'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { startRelay } from '@quillworks/messaging/relay'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'
import type { NatsConnection } from 'nats'
import postgres from 'postgres'
import { startExecution } from '../activities/start.ts'
import { commandExecution } from '../activities/command.ts'
import { startExecutionSchema, type ExecutionReply, type StartExecution } from '../contract/commands.ts'
import type { StepSpec } from '../contract/plan.ts'
import { ratingEvents } from '../ratings/rating-events.ts'
import { startEngine, type EngineService } from '../engine-service.ts'
import { executionsContext } from '../graphql/context.ts'
import { subgraph } from '../graphql/schema.ts'
import { executionsGrants } from '../grants.ts'
import type { CallModel } from '../models/call-model.ts'
import { createOwnPrices, ownPricesIn } from '../model-prices/own-prices.ts'
import { modelConfigEntries } from '../models/model.config.ts'
import { createModels } from '../models/models.ts'
import { createKeyVault } from '../provider-keys/key-vault.ts'
import { createOwnKeys, ownKeysIn } from '../provider-keys/own-keys.ts'

export const runAs = {
  organizationId: '01990000-0000-7000-8000-00000000000a',
  projectId: '01990000-0000-7000-8000-00000000000b',
  userId: '01990000-0000-7000-8000-00000000000c',
  scopes: ['*'],
}

/** A database, a NATS server, and as many engines as a test asks for. */
export interface EngineFixture {
  database: TestDatabase
  nats: TestNats
  owner: postgres.Sql
  system: Database
  /** A connection that hears what the gateway hears. */
  gateway: NatsConnection
  /** `own` for the model module itself, with the keys that a test sets. */
  engine: (callModel: CallModel | 'own', options?: Partial<EngineOptions>) => Promise<TestEngine>
  close: () => Promise<void>
}

export interface EngineOptions {
  leaseMs: number
  pollMs: number
  drainMs: number
  capacity: number
  perOrganization: number
  pureStepsPerCommit: number
}

export interface TestEngine extends EngineService {
  /** Asks the subgraph in somebody's name. */
  ask: (query: string, variables?: object, identity?: Partial<Identity>) => Promise<Asked>
  nats: NatsConnection
  start: (request: Partial<StartExecution> & { steps: StartExecution['plan']['steps'] }) => Promise<string>
  command: (
    executionId: string,
    command: Parameters<typeof commandExecution>[1]['command'],
  ) => Promise<ExecutionReply>
}

/** A GraphQL answer, read loosely: tests look at what they asked for. */
export interface Asked {
  data: Record<string, unknown>
  errors?: { message: string; extensions: { code: string } }[]
}

export async function createEngineFixture(): Promise<EngineFixture> {
  const [database, nats] = await Promise.all([createTestDatabase(), startTestNats()])
  const owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} })
  const system = database.connect(systemRole('executions'))
  const tenant = database.connect(serviceRole('executions'))
  const gateway = await connectNats({
    url: nats.url,
    secret: nats.secret,
    name: 'gateway',
    grants: gatewayGrants(),
  })
  const closers: (() => Promise<unknown>)[] = []
  return {
    database,
    nats,
    owner,
    system,
    gateway,
    async engine(callModel, options = {}) {
      const logger = createLogger('executions', { level: 'fatal' })
      const connection = await connectNats({
        url: nats.url,
        secret: nats.secret,
        name: 'executions',
        grants: executionsGrants,
      })
      const own = connectDatabase({
        url: database.url,
        secret: database.secret,
        role: systemRole('executions'),
        name: 'executions-test',
        max: 6,
      })
      const config = {
        secret: database.secret,
        databaseUrl: database.url,
        leaseMs: 5_000,
        capacity: 100,
        perOrganization: 100,
        pollMs: 200,
        drainMs: 0,
        pureStepsPerCommit: 100,
        ...options,
      }
      const vault = createKeyVault(database.secret)
      const ownKeys = createOwnKeys({ read: ownKeysIn({ tenant, vault }), nats: connection, logger })
      const ownPrices = createOwnPrices({ read: ownPricesIn(tenant), nats: connection, logger })
      // Nothing of the environment: what a test can ask beside the demo, it has set itself.
      const models = createModels(
        { ...defineConfig(modelConfigEntries)({}), demoDelayMs: 0 },
        {
          ownKeysOf: ownKeys.of,
          ownPricesOf: ownPrices.of,
          privateHosts: ['loopback'],
        },
      )
      const service = await startEngine({
        config,
        system: own,
        nats: connection,
        callModel: callModel === 'own' ? models.callModel : callModel,
        providersOf: models.providersOf,
        logger,
        partialMs: 50,
      })
      const ratingRelay = startRelay({ database: own, nats: connection, outbox: ratingEvents, logger })
      let stopping: Promise<void> | undefined
      const stop = () =>
        (stopping ??= (async () => {
          await ratingRelay.stop()
          await service.stop()
          await connection.close()
          await own.close()
        })())
      closers.push(stop)
      const handler = createSubgraphHandler({
        schema: subgraph,
        audience: 'executions',
        secret: database.secret,
        logger,
        context: executionsContext({
          tenant,
          engine: service,
          listModels: models.listModels,
          keys: { tenant, vault, ownKeys, models },
          prices: { tenant, ownPrices, models },
          onRated: () => ratingRelay.kick(),
        }),
      })
      return {
        ...service,
        async ask(query, variables = {}, more = {}) {
          const identity: Identity = { ...runAs, role: 'member', principal: `user:${runAs.userId}`, ...more }
          const token = await signIdentity({ secret: database.secret, audience: 'executions', identity })
          const headers = { 'content-type': 'application/json', [identityHeader]: token }
          const body = JSON.stringify({ query, variables })
          const response = await handler(new Request('http://x/graphql', { method: 'POST', headers, body }))
          return (await response.json()) as Asked
        },
        nats: connection,
        stop,
        async start({ steps, ...request }) {
          const plan = { version: 1 as const, ...request.plan, steps }
          const body = { id: newId(), kind: 'test', name: 'A test', runAs, ...request, plan }
          const reply = await startExecution(service, startExecutionSchema.parse(body))
          if (!reply.ok) throw new Error(reply.code)
          return reply.id
        },
        command: (executionId, command) =>
          commandExecution(service, { executionId, runAs, role: 'member', command }),
      }
    },
    async close() {
      await Promise.all(closers.map((close) => close()))
      await gateway.close()
      await owner.end()
      await database.close()
      await nats.close()
    },
  }
}

/** A model step with nothing but a body. */
export function modelStep(key: string, more: object = {}): StepSpec {
  const input = {
    model: 'demo/writer',
    settings: {},
    system: '',
    body: `Write ${key}`,
    message: '',
    values: {},
  }
  return { key, kind: 'model', conversation: false, after: [], input, ...more } as StepSpec
}

export function templateStep(key: string, template: string, after: string[] = []): StepSpec {
  return { key, kind: 'template', after, input: { template } }
}

/** Waits until the look at the database gives something; after 45 seconds it says what it last saw. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  const until = performance.now() + 45_000
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (performance.now() > until) throw new Error(`It never came about: ${look.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The row, once the execution has come to rest in one of these statuses. */
export async function settled(owner: postgres.Sql, id: string, ...statuses: string[]): Promise<postgres.Row> {
  let last: postgres.Row | undefined
  try {
    return await eventually(async () => {
      ;[last] = await owner`select * from executions.executions where id = ${id}`
      return last && statuses.includes(String(last['status'])) ? last : null
    })
  } catch {
    throw new Error(`Not ${statuses.join(' or ')} but ${JSON.stringify(last)}`)
  }
}
