import { routeConsole } from '@quillworks/service-kit/console'
import { createLogger, type Logger } from '@quillworks/service-kit/logger'
import { type RunningService, startService } from '@quillworks/service-kit/service'
import { createSubgraphHandler } from '@quillworks/service-kit/subgraph-server'
import type { GraphQLSchema } from 'graphql'
import { connectDatabase } from './connect.ts'
import { serviceRole } from './roles.ts'

export interface SubgraphServiceConfig {
  databaseUrl: string
  secret: string
  host: string
  port: number
  logLevel?: string
}

/**
 * A process that serves a subgraph over its own schema of the database, as its own role, until it is stopped: for
 * services whose domain needs nothing more yet. `logger` and `signals: false` are for tests.
 */
export function startSubgraphService(input: {
  name: string
  subgraph: GraphQLSchema
  config: SubgraphServiceConfig
  logger?: Logger
  signals?: boolean
}): RunningService {
  const { name, subgraph, config } = input
  const { secret, host, port } = config
  const logger = input.logger ?? createLogger(name, { level: config.logLevel ?? 'info' })
  if (input.signals !== false) routeConsole(logger)
  const database = connectDatabase({
    url: config.databaseUrl,
    secret,
    role: serviceRole(name),
    name,
    max: 2,
  })
  return startService({
    name,
    host,
    port,
    logger,
    graphql: createSubgraphHandler({
      schema: subgraph,
      audience: name,
      secret,
      logger,
      context: (identity) => ({ identity }),
    }),
    checks: [{ name: 'postgres', probe: () => database.run(({ sql }) => sql`select 1`) }],
    close: () => database.close(),
    ...(input.signals === undefined ? {} : { signals: input.signals }),
  })
}
