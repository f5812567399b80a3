import { instant, tenantPolicies } from '@quillworks/database/policies'
import { serviceRole } from '@quillworks/database/roles'
import { sql } from 'drizzle-orm'
import { pgPolicy, pgRole, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

const own = sql`organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)`

/** What a list shows and in which order, under a name that a person gave it: theirs alone, in one organization. */
export const savedViews = executionsSchema.table(
  'saved_views',
  {
    id: uuid('id').notNull(),
    organizationId: uuid('organization_id').notNull(),
    ownerId: uuid('owner_id').notNull(),
    /** The list that it is of. */
    page: text('page').notNull(),
    name: text('name').notNull(),
    /** What the address of the list says after its question mark. */
    query: text('query').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex('saved_views_name').on(
      table.organizationId,
      table.ownerId,
      table.page,
      sql`lower(${table.name})`,
    ),
    ...tenantPolicies({ service: 'executions', visibility: false, system: false }),
    pgPolicy('own', {
      as: 'restrictive',
      for: 'all',
      to: pgRole(serviceRole('executions')).existing(),
      using: own,
      withCheck: own,
    }),
  ],
)
export type SavedViewRow = typeof savedViews.$inferSelect
