import type { Identity } from '@quillworks/service-kit/identity'
import { startService, type RunningService } from '@quillworks/service-kit/service'
import { createSubgraph, type References } from '@quillworks/service-kit/subgraph'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import { createSubgraphHandler } from '@quillworks/service-kit/subgraph-server'
import { isId } from '@quillworks/service-kit/ids'
import { startConversationSweeper } from './conversation/conversation-sweeper.ts'
import { closeDependencies, type Dependencies } from './dependencies.ts'
import { serveExamples } from './examples/examples.activity.ts'
import { createContext, type PromptsContext } from './graphql/context.ts'
import { schema } from './graphql/schema.ts'
import { startOptimizationSweeper } from './optimizer/optimization-sweeper.ts'
import { serveOptimizer } from './optimizer/optimizer.activity.ts'

const references: References<SubgraphContext & PromptsContext> = {
  Prompt: {
    scope: 'prompts:read',
    load: (representations, { loaders }) =>
      Promise.all(
        representations.map(({ id }) =>
          typeof id === 'string' && isId(id) ? loaders.prompt.load(id.toLowerCase()) : null,
        ),
      ),
  },
  Snippet: {
    scope: 'prompts:read',
    load: (representations, { loaders }) =>
      Promise.all(
        representations.map(({ id }) =>
          typeof id === 'string' && isId(id) ? loaders.snippet.load(id.toLowerCase()) : null,
        ),
      ),
  },
}

// The fields of a schema are guarded in place, which must happen once however many servers a process has.
const subgraph = createSubgraph({ schema, references })

/** Serves the subgraph and the activities until it is stopped. */
export function startServer(
  dependencies: Dependencies,
  options: {
    secret: string
    host: string
    port: number
    defaultModel: string
    /** How long a run waits for the engine's answer, in milliseconds. */
    engineDeadlineMs?: number
    signals?: boolean
  },
): RunningService {
  const { database, system, nats, relay, logger } = dependencies
  const engine = { nats, deadlineMs: options.engineDeadlineMs ?? 10_000 }
  const context: (identity: Identity) => PromptsContext = createContext({
    database,
    system,
    eventsWritten: relay.kick,
    engine,
    defaultModel: options.defaultModel,
    logger,
  })
  const graphql = createSubgraphHandler({
    schema: subgraph,
    audience: 'prompts',
    secret: options.secret,
    logger,
    context,
  })
  const examples = serveExamples({ nats, database, logger, eventsWritten: relay.kick })
  const optimizer = serveOptimizer({ nats, database, logger, secret: options.secret })
  const optimizations = startOptimizationSweeper({ system, logger })
  const sweeper = startConversationSweeper({ ...dependencies, engine })
  return startService({
    name: 'prompts',
    host: options.host,
    port: options.port,
    logger,
    graphql,
    checks: [
      { name: 'postgres', probe: () => database.run(({ sql }) => sql`select 1`) },
      { name: 'nats', probe: () => nats.flush() },
    ],
    close: async () => {
      sweeper.stop()
      optimizations.stop()
      await Promise.all([examples.stop(), optimizer.stop()])
      await closeDependencies(dependencies)
    },
    ...(options.signals === undefined ? {} : { signals: options.signals }),
  })
}
