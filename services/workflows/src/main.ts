import { connectDatabase } from '@quillworks/database/connect'
import { serviceRole } from '@quillworks/database/roles'
import { createLogger } from '@quillworks/service-kit/logger'
import { readConfig } from './config.ts'
import { serviceName } from './contract/index.ts'
import { startServer } from './server.ts'

const config = readConfig()
const logger = createLogger(serviceName)
const database = connectDatabase({
  url: config.databaseUrl,
  secret: config.secret,
  role: serviceRole(serviceName),
  name: serviceName,
  max: 2,
})
startServer({ database, logger }, config)
