import { instant } from '@quillworks/database/policies'
import { systemRole } from '@quillworks/database/roles'
import { sql } from 'drizzle-orm'
import { bigint, boolean, pgPolicy, pgRole, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

/** Processes that carry out executions, each with a lease; of no organization, so the system role alone sees them. */
export const replicas = executionsSchema.table(
  'replicas',
  {
    id: uuid('id').primaryKey(),
    /** Key of the session advisory lock that the process holds while it lives. */
    lockKey: bigint('lock_key', { mode: 'bigint' }).notNull(),
    /** Carries out a single execution that has killed its replicas before. */
    solo: boolean('solo').notNull().default(false),
    startedAt: instant('started_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
  },
  () => [
    pgPolicy('system', {
      for: 'all',
      to: pgRole(systemRole('executions')).existing(),
      using: sql`true`,
      withCheck: sql`true`,
    }),
  ],
)
