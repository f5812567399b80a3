import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import type { Executor } from '@graphql-tools/utils'
import { type GatewayConfig, pollLimitsOf, type StatusSetting } from './config.ts'
import type { GatewayContext } from './context.ts'
import type { GatewayDependencies } from './dependencies.ts'
import { callerOf } from './edge/authentication.ts'
import { createGraphQLHandler } from './edge/graphql-handler.ts'
import { withSmallBody } from './edge/body-limit.ts'
import { createKnownDocuments } from './edge/known-documents.ts'
import { createPlainAnswer } from './edge/plain-answer.ts'
import { problem } from './edge/problem.ts'
import { createRateLimiter } from './edge/rate-limit.ts'
import { processPart } from './edge/readiness.ts'
import { createRoutes } from './edge/routes.ts'
import { withSecurityHeaders } from './edge/security-headers.ts'
import { checkUpgrade, createSocketHandler } from './edge/socket.ts'
import { createWebProxy } from './edge/web-proxy.ts'
import { readAuditOf } from './identity/audit/service-audit.ts'
import { identitySubgraph } from './identity/graphql/schema.ts'
import { isTouched } from './identity/principal/access-changes.ts'
import { createExecutionReader } from './live/execution-reader.ts'
import { createLiveSchema, createLiveSources } from './live/live.graphql.ts'
import { liveSubscriptions } from './live/subscribe.ts'
import { createWatch } from './live/watch.ts'
import { createExecutionStatus } from './rest/executions.rest.ts'
import { createLocalExecutor } from './supergraph/local-executor.ts'
import { createServiceExecutor } from './supergraph/service-executor.ts'
import { createStitchedSchema } from './supergraph/stitched-schema.ts'
import { createSupergraphExecution } from './supergraph/supergraph-execution.ts'
import { supergraphExecution } from './supergraph/supergraph-execution.plugin.ts'

const drainDeadlineMs = 10_000
const drainPollMs = 20

export interface RunningGateway {
  url: string
  port: number
  /** Open subscriptions, for the test that counts what a closed tab leaves. */
  openSubscriptions: () => number
  stop: () => Promise<void>
}

/** Serves the one origin that people and programs use. */
export function startGateway(input: {
  config: Pick<GatewayConfig, 'host' | 'port' | 'profile' | 'services' | 'webUrl' | StatusSetting>
  dependencies: GatewayDependencies
  supergraphSdl: string
  logger: Logger
}): RunningGateway {
  const { config, logger } = input
  const { authenticate, signIdentity, topics } = input.dependencies
  const { publicUrl } = input.dependencies.identity

  const executors: Record<string, Executor<GatewayContext>> = {
    identity: createLocalExecutor(identitySubgraph),
  }
  for (const [service, url] of Object.entries(config.services)) {
    executors[service] = createServiceExecutor({ service, url, signIdentity })
  }
  const executions = executors['executions']
  if (!executions) throw new Error('QUILLWORKS_SERVICES does not say where executions is.')
  const prompts = executors['prompts']
  const serviceAudits = [
    readAuditOf(executions, 'auditEntries'),
    ...(prompts ? [readAuditOf(prompts, 'promptAuditEntries')] : []),
  ]
  const identity = { ...input.dependencies.identity, serviceAudits }
  const reader = createExecutionReader({ executor: executions })
  const intervals = input.dependencies.watchIntervals
  const watch = createWatch({ reader, topics, logger, ...(intervals ? { intervals } : {}) })
  input.dependencies.accessChanges.listen((change) => watch.recheck((caller) => isTouched(change, caller)))
  const sources = createLiveSources({ reader, topics, watch, logger })
  const liveSchema = createLiveSchema(sources)
  executors['live'] = createLocalExecutor(liveSchema)
  const { supergraphSdl } = input
  const schema = createStitchedSchema({ supergraphSdl, executors })
  const execute = createSupergraphExecution({ supergraphSdl, stitched: schema, executors })
  const documents = createKnownDocuments()
  const graphql = createGraphQLHandler({
    schema,
    dependencies: identity,
    development: config.profile !== 'production',
    logger,
    plugins: [
      documents.plugin,
      supergraphExecution(execute),
      liveSubscriptions({ liveSchema, sources, execute }),
    ],
  })

  const limiter = createRateLimiter(input.dependencies.rateLimit)
  const addresses = new WeakMap<Request, string>()
  const stopping = new AbortController()
  const routes = createRoutes({
    answer: createPlainAnswer({ graphql, documents, execute }),
    status: createExecutionStatus({ schema, sources, execute, limits: pollLimitsOf(config) }),
    pages: config.profile !== 'production',
    authenticate,
    dependencies: identity,
    limiter,
    parts: [
      ...input.dependencies.parts,
      ...Object.entries(config.services).map(([name, url]) => processPart(name, url)),
    ],
    web: config.webUrl ? createWebProxy({ webUrl: config.webUrl, publicUrl }) : undefined,
    clientAddress: (request) => addresses.get(request) ?? 'unknown',
    stopping: stopping.signal,
    logger,
  })

  const sockets = createSocketHandler({
    graphql,
    callerOf: (credentials, address) => callerOf(authenticate, credentials, address),
    limiter,
    logger,
  })
  const server = Bun.serve({
    port: config.port,
    hostname: config.host,
    reusePort: false,
    // Streams beat every 5 seconds; a long poll is quiet for 30.
    idleTimeout: 60,
    // Bun's own refusal says nothing; ours, below, is coded and reads no further than its limit.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    websocket: sockets.handler,
    async fetch(request, bun) {
      const address = bun.requestIP(request)?.address ?? 'unknown'
      const isUpgrade = request.headers.get('upgrade')?.toLowerCase() === 'websocket'
      try {
        if (isUpgrade) {
          const data = checkUpgrade(request, publicUrl, address)
          if (bun.upgrade(request, { data })) return undefined
          throw new AppError('upgrade.invalid', 'This is no upgrade to a WebSocket.')
        }
        const small = await withSmallBody(request)
        addresses.set(small, address)
        return withSecurityHeaders(await routes.handle(small), publicUrl)
      } catch (error) {
        return withSecurityHeaders(problem(error, logger), publicUrl)
      }
    },
    error: (error) => problem(error, logger),
  })
  const port = server.port ?? config.port
  logger.info({ port }, 'Listening')

  let stopped: Promise<void> | undefined
  const stop = () =>
    (stopped ??= (async () => {
      // Idle connections are kept alive by clients, so what is waited for is requests. Streams are cut, and sockets closed, in
      // the way after which clients come back by themselves.
      void server.stop(false)
      stopping.abort()
      sockets.closeAll()
      watch.endAll()
      const deadline = Date.now() + drainDeadlineMs
      do await Bun.sleep(drainPollMs)
      while (server.pendingRequests > 0 && Date.now() < deadline)
      sockets.closeAll()
      await Bun.sleep(drainPollMs)
      await server.stop(true)
      await input.dependencies.close()
    })())
  return { url: `http://${config.host}:${port}`, port, openSubscriptions: watch.size, stop }
}
