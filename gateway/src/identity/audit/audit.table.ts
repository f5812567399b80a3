import { auditTable } from '@quillworks/database/audit.table'
import { identitySchema } from '../identity.schema.ts'

export const auditEntries = auditTable(identitySchema, 'identity', { byUser: true })
