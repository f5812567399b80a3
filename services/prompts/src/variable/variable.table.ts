import { contentColumns, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { check, customType, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'
import { variableScopes } from '../template/resolve-values.ts'

/** The usual jsonb column would read a stored text such as `1e3` as JSON once more, and give a number for it. */
const jsonValue = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => value,
})

const { projectId: _projectId, ...columns } = contentColumns()

/**
 * Scoped variables. A user's own is private; those of a project or the organization are seen by all its members, and
 * `owner_id` is who set them last.
 */
export const variables = promptsSchema.table(
  'variables',
  {
    ...columns,
    scope: text('scope', { enum: variableScopes }).notNull(),
    /** The user, project or organization that the value is kept for. */
    subjectId: uuid('subject_id').notNull(),
    name: text('name').notNull(),
    value: jsonValue('value').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    check('variables_scope', sql`scope in ('user', 'project', 'organization')`),
    check(
      'variables_visibility',
      sql`visibility = case scope when 'user' then 'private' else 'organization' end`,
    ),
    uniqueIndex('variables_name').on(table.organizationId, table.scope, table.subjectId, table.name),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
export type VariableRow = typeof variables.$inferSelect
