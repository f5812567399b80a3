import { auditTable } from '@quillworks/database/audit.table'
import { promptsSchema } from '../database.ts'

export const auditEntries = auditTable(promptsSchema, 'prompts')
