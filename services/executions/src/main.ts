import { connectDatabase } from '@quillworks/database/connect'
import { serviceRole, systemRole } from '@quillworks/database/roles'
import { connectNats } from '@quillworks/messaging/connect'
import { startRelay } from '@quillworks/messaging/relay'
import { routeConsole } from '@quillworks/service-kit/console'
import { createLogger } from '@quillworks/service-kit/logger'
import { startService } from '@quillworks/service-kit/service'
import { createSubgraphHandler } from '@quillworks/service-kit/subgraph-server'
import { readConfig } from './config.ts'
import { startEngine } from './engine-service.ts'
import { executionsContext } from './graphql/context.ts'
import { subgraph } from './graphql/schema.ts'
import { createOwnPrices, ownPricesIn } from './model-prices/own-prices.ts'
import { createModels } from './models/models.ts'
import { executionsGrants } from './grants.ts'
import { createKeyVault } from './provider-keys/key-vault.ts'
import { createOwnKeys, ownKeysIn } from './provider-keys/own-keys.ts'
import { ratingEvents } from './ratings/rating-events.ts'
import { runAlone } from './run-alone.ts'
import { startSoloChild } from './worker/solo-child.ts'

const config = readConfig()
const logger = createLogger('executions', { level: config.logLevel })
routeConsole(logger)
const { databaseUrl: url, secret } = config
const tenant = connectDatabase({ url, secret, role: serviceRole('executions'), name: 'executions', max: 6 })
const system = connectDatabase({
  url,
  secret,
  role: systemRole('executions'),
  name: 'executions-engine',
  max: 6,
  byKey: true,
})
const health = connectDatabase({
  url,
  secret,
  role: serviceRole('executions'),
  name: 'executions-health',
  max: 1,
})
const nats = await connectNats({
  url: config.natsUrl,
  secret,
  name: 'executions',
  grants: executionsGrants,
})
// Until the engine has its lease there is nobody to share with, and no call to make.
let liveReplicas = () => 1
const vault = createKeyVault(secret)
const ownKeys = createOwnKeys({ read: ownKeysIn({ tenant, vault }), nats, logger })
const ownPrices = createOwnPrices({ read: ownPricesIn(tenant), nats, logger })
const models = createModels(config, {
  share: () => 1 / liveReplicas(),
  onCircuit: (circuit) => logger.warn(circuit, 'The circuit of a model provider changed'),
  ownKeysOf: ownKeys.of,
  ownPricesOf: ownPrices.of,
  privateHosts: config.profile === 'local' ? ['loopback'] : [],
})
const { callModel, listModels, providersOf } = models
const engine = await startEngine({
  config,
  system,
  nats,
  callModel,
  providersOf,
  logger,
  startChild: startSoloChild,
})
liveReplicas = () => engine.replica.liveReplicas

// A process that runs one execution alone answers nobody who could rate.
const ratings = config.solo ? undefined : startRelay({ database: system, nats, outbox: ratingEvents, logger })

const close = async () => {
  await ratings?.stop()
  await engine.stop()
  await nats.drain()
  await Promise.all([tenant.close(), system.close(), health.close()])
}
if (config.solo) await runAlone({ engine, leaseMs: config.leaseMs, logger, close })

startService({
  name: 'executions',
  host: config.host,
  port: config.port,
  logger,
  checks: [
    { name: 'postgres', probe: () => health.run(({ sql }) => sql`select 1`) },
    { name: 'nats', probe: () => nats.flush() },
    { name: 'lease', probe: async () => engine.replica.requireLease() },
  ],
  graphql: createSubgraphHandler({
    schema: subgraph,
    audience: 'executions',
    secret,
    logger,
    context: executionsContext({
      tenant,
      engine,
      listModels,
      keys: { tenant, vault, ownKeys, models },
      prices: { tenant, ownPrices, models },
      onRated: () => ratings?.kick(),
    }),
  }),
  close,
})
