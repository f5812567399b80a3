import { readFileSync } from 'node:fs'
import { routeConsole } from '@quillworks/service-kit/console'
import { surviveDriverFaults } from '@quillworks/service-kit/driver-faults'
import { createLogger } from '@quillworks/service-kit/logger'
import { supergraphFile } from './supergraph/supergraph-file.ts'
import { oidcSettingsOf, readConfig } from './config.ts'
import { connectDependencies } from './dependencies.ts'
import { startGateway } from './server.ts'

const config = readConfig()
const logger = createLogger('gateway', { level: config.logLevel })
routeConsole(logger)
surviveDriverFaults(logger)
const dependencies = await connectDependencies({
  config: { ...config, oidc: oidcSettingsOf(config) },
  logger,
})
const gateway = startGateway({
  config,
  dependencies,
  supergraphSdl: readFileSync(supergraphFile, 'utf8'),
  logger,
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    logger.info({ signal }, 'Stopping')
    gateway.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'Stopped with an error')
        process.exit(1)
      },
    )
  })
}
