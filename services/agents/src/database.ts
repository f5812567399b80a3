import { pgSchema } from 'drizzle-orm/pg-core'
import { serviceName } from './contract/index.ts'

export const agentsSchema = pgSchema(serviceName)
