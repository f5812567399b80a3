import type { Database } from '@quillworks/database/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import { type RunningService, startService } from '@quillworks/service-kit/service'
import { createSubgraphHandler } from '@quillworks/service-kit/subgraph-server'
import { serviceName } from './contract/index.ts'
import { subgraph } from './graphql/schema.ts'

/** Serves the subgraph until it is stopped. */
export function startServer(
  dependencies: { database: Database; logger: Logger },
  options: { secret: string; host: string; port: number; signals?: boolean },
): RunningService {
  const { database, logger } = dependencies
  return startService({
    name: serviceName,
    host: options.host,
    port: options.port,
    logger,
    graphql: createSubgraphHandler({
      schema: subgraph,
      audience: serviceName,
      secret: options.secret,
      logger,
      context: (identity) => ({ identity }),
    }),
    checks: [{ name: 'postgres', probe: () => database.run(({ sql }) => sql`select 1`) }],
    close: () => database.close(),
    ...(options.signals === undefined ? {} : { signals: options.signals }),
  })
}
