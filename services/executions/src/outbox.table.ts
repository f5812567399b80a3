import { outboxTable } from '@quillworks/messaging/outbox.table'
import { executionsSchema } from './database.ts'

export const outbox = outboxTable(executionsSchema, 'executions')
