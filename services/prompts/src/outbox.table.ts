import { outboxTable } from '@quillworks/messaging/outbox.table'
import { promptsSchema } from './database.ts'

export const outbox = outboxTable(promptsSchema, 'prompts')
