import { pgSchema } from 'drizzle-orm/pg-core'

export const promptsSchema = pgSchema('prompts')
