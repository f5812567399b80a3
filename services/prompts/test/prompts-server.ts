import { identityHeader, signIdentity, type Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import { createLogger } from '@quillworks/service-kit/logger'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'
import { openDependencies, type Dependencies } from '../src/dependencies.ts'
import { startServer } from '../src/server.ts'

interface GraphQLFailure {
  message: string
  extensions: { code: string; issues?: { path: (string | number)[]; message: string }[] }
}

/** What was answered; `data` is what the test says it asked for. */
export interface Answer<T> {
  status: number
  data: T
  errors: GraphQLFailure[]
}

/** The whole service on real servers, and the way in that the gateway has. */
export interface PromptsServer {
  url: string
  database: TestDatabase
  nats: TestNats
  dependencies: Dependencies
  /** Asks as `identity`; fails the test on errors. */
  ask<T>(identity: Identity, query: string, variables?: Record<string, unknown>): Promise<T>
  /** Asks as `identity` and answers everything, errors too. */
  attempt<T>(identity: Identity, query: string, variables?: Record<string, unknown>): Promise<Answer<T>>
  /** The first error's code, or undefined. */
  codeOf(identity: Identity, query: string, variables?: Record<string, unknown>): Promise<string | undefined>
  close(): Promise<void>
}

/** A user of an organization; what is left out is new. */
export function someone(given: Partial<Identity> = {}): Identity {
  const userId = given.userId ?? newId()
  return {
    userId,
    organizationId: newId(),
    projectId: newId(),
    role: 'member',
    scopes: ['*'],
    principal: `user:${userId}`,
    ...given,
  }
}

/** Starts the service on a database and a NATS server of its own. */
export async function startPromptsServer(
  options: { engineDeadlineMs?: number } = {},
): Promise<PromptsServer> {
  const [database, nats] = await Promise.all([createTestDatabase(), startTestNats()])
  const { secret } = database
  const logger = createLogger('prompts', { level: 'silent' })
  const dependencies = await openDependencies({
    databaseUrl: database.url,
    natsUrl: nats.url,
    secret,
    logger,
  })
  const server = startServer(dependencies, {
    ...options,
    secret,
    host: '127.0.0.1',
    port: 0,
    defaultModel: 'demo/writer',
    signals: false,
  })
  const attempt = async <T>(identity: Identity, query: string, variables = {}): Promise<Answer<T>> => {
    const token = await signIdentity({ secret, audience: 'prompts', identity })
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [identityHeader]: token },
      body: JSON.stringify({ query, variables }),
    })
    const body = (await response.json()) as { data: T; errors?: GraphQLFailure[] }
    return { status: response.status, data: body.data, errors: body.errors ?? [] }
  }
  return {
    url: server.url,
    database,
    nats,
    dependencies,
    attempt,
    ask: async <T>(identity: Identity, query: string, variables = {}) => {
      const { data, errors } = await attempt<T>(identity, query, variables)
      if (errors.length > 0) throw new Error(JSON.stringify(errors))
      return data
    },
    codeOf: async (identity, query, variables) => {
      const { errors } = await attempt(identity, query, variables)
      return errors[0]?.extensions.code
    },
    close: async () => {
      await server.stop()
      await Promise.all([database.close(), nats.close()])
    },
  }
}
