import { auditTable } from '@quillworks/database/audit.table'
import { executionsSchema } from '../database.ts'

export const auditEntries = auditTable(executionsSchema, 'executions')
