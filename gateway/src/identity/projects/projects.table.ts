import { instant, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { boolean, foreignKey, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { users } from '../accounts/accounts.table.ts'
import { identitySchema } from '../identity.schema.ts'
import { organizations } from '../organizations/organizations.table.ts'

const policies = () => tenantPolicies({ service: 'identity', visibility: false, system: false })

export const projects = identitySchema.table(
  'projects',
  {
    id: uuid('id').notNull(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    slug: text('slug').notNull(),
    isDefault: boolean('is_default').notNull().default(false),
    createdBy: uuid('created_by').notNull(),
    archivedAt: instant('archived_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex('projects_slug').on(table.organizationId, table.slug),
    uniqueIndex('projects_default')
      .on(table.organizationId)
      .where(sql`is_default`),
    ...policies(),
  ],
)

/** Who takes part in a project; a project filters, it does not hide. */
export const projectMembers = identitySchema.table(
  'project_members',
  {
    organizationId: uuid('organization_id').notNull(),
    projectId: uuid('project_id').notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.projectId, table.userId] }),
    foreignKey({
      columns: [table.organizationId, table.projectId],
      foreignColumns: [projects.organizationId, projects.id],
    }).onDelete('cascade'),
    ...policies(),
  ],
)
