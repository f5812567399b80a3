import { contentColumns, instant, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { check, customType, index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** What lists show and search of a prompt; its texts stand in the newest of its versions. */
export const prompts = promptsSchema.table(
  'prompts',
  {
    ...contentColumns(),
    title: text('title').notNull(),
    /** The title in lower case, which lists sort by: under row level security no index on lower() is used. */
    titleKey: text('title_key').notNull(),
    /** `provider/model`; null for the server's default. */
    model: text('model'),
    versionNumber: integer('version_number').notNull(),
    versionId: uuid('version_id').notNull(),
    archivedAt: instant('archived_at'),
    search: tsvector('search').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    check('prompts_visibility', sql`visibility in ('private', 'organization')`),
    index('prompts_by_update').on(table.organizationId, table.updatedAt, table.id),
    index('prompts_by_title').on(table.organizationId, table.titleKey, table.id),
    index('prompts_by_model').on(table.organizationId, table.model, table.updatedAt, table.id),
    index('prompts_by_project').on(table.organizationId, table.projectId, table.updatedAt, table.id),
    index('prompts_search').using('gin', table.search),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
export type PromptRow = Omit<typeof prompts.$inferSelect, 'search' | 'titleKey'>
