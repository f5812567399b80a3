import { contentColumns, tenantPolicies } from '@quillworks/database/policies'
import { foreignKey, index, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'
import { prompts } from './prompt.table.ts'

const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...columns } = contentColumns()

/** Which snippets the newest version of a prompt names; by name, for which snippet that is depends on who runs it. */
export const promptReferences = promptsSchema.table(
  'prompt_references',
  { ...columns, promptId: uuid('prompt_id').notNull(), nameKey: text('name_key').notNull() },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.nameKey, table.promptId] }),
    index('prompt_references_of_prompt').on(table.organizationId, table.promptId),
    foreignKey({
      name: 'prompt_references_prompt',
      columns: [table.organizationId, table.promptId],
      foreignColumns: [prompts.organizationId, prompts.id],
    }).onDelete('cascade'),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
