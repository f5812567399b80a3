import { contentColumns, tenantPolicies } from '@quillworks/database/policies'
import { foreignKey, index, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'
import { prompts } from './prompt.table.ts'

const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...columns } = contentColumns()

/** A join table and no array: under row level security only plain equality finds rows by an index. */
export const promptTags = promptsSchema.table(
  'prompt_tags',
  { ...columns, promptId: uuid('prompt_id').notNull(), tag: text('tag').notNull() },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.tag, table.promptId] }),
    index('prompt_tags_of_prompt').on(table.organizationId, table.promptId),
    foreignKey({
      name: 'prompt_tags_prompt',
      columns: [table.organizationId, table.promptId],
      foreignColumns: [prompts.organizationId, prompts.id],
    }).onDelete('cascade'),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
