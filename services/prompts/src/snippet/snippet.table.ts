import { contentColumns, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { check, customType, index, integer, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** What lists show and search of a snippet; its text stands in the newest of its versions. */
export const snippets = promptsSchema.table(
  'snippets',
  {
    ...contentColumns(),
    name: text('name').notNull(),
    /** What all spellings of the name have in common; a template finds the snippet by it. */
    nameKey: text('name_key').notNull(),
    versionNumber: integer('version_number').notNull(),
    versionId: uuid('version_id').notNull(),
    search: tsvector('search').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    check('snippets_visibility', sql`visibility in ('private', 'organization')`),
    uniqueIndex('snippets_of_owner').on(table.organizationId, table.ownerId, table.nameKey),
    uniqueIndex('snippets_shared_name')
      .on(table.organizationId, table.nameKey)
      .where(sql`visibility = 'organization'`),
    index('snippets_by_name').on(table.organizationId, table.nameKey, table.id),
    index('snippets_by_update').on(table.organizationId, table.updatedAt, table.id),
    index('snippets_search').using('gin', table.search),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
export type SnippetRow = Omit<typeof snippets.$inferSelect, 'search'>
