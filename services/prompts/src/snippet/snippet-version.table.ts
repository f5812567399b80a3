import { contentColumns, tenantPolicies } from '@quillworks/database/policies'
import { foreignKey, integer, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'
import { snippets } from './snippet.table.ts'

const { updatedAt: _never, ...columns } = contentColumns()

/** A snippet as one save left it; never changed again. Owner and visibility follow the snippet. */
export const snippetVersions = promptsSchema.table(
  'snippet_versions',
  {
    ...columns,
    snippetId: uuid('snippet_id').notNull(),
    number: integer('number').notNull(),
    name: text('name').notNull(),
    text: text('text').notNull(),
    comment: text('comment'),
    createdBy: uuid('created_by').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex('snippet_versions_number').on(table.organizationId, table.snippetId, table.number),
    foreignKey({
      name: 'snippet_versions_snippet',
      columns: [table.organizationId, table.snippetId],
      foreignColumns: [snippets.organizationId, snippets.id],
    }).onDelete('cascade'),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
export type SnippetVersionRow = typeof snippetVersions.$inferSelect
