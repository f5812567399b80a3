import { routeConsole } from '@quillworks/service-kit/console'
import { createLogger } from '@quillworks/service-kit/logger'
import { readConfig } from './config.ts'
import { openDependencies } from './dependencies.ts'
import { startServer } from './server.ts'

const config = readConfig()
const logger = createLogger('prompts', { level: config.logLevel })
routeConsole(logger)
const dependencies = await openDependencies({ ...config, logger })
startServer(dependencies, config)
