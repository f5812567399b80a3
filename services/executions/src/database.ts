import { pgSchema } from 'drizzle-orm/pg-core'

export const executionsSchema = pgSchema('executions')
