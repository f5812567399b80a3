import { contentColumns, instant, tenantPolicies } from '@quillworks/database/policies'
import { foreignKey, index, integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'
import { prompts } from '../prompt/prompt.table.ts'

const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...columns } = contentColumns()

/** Names that stand for a version of a prompt until they are moved. Owner and visibility follow the prompt. */
export const promptLabels = promptsSchema.table(
  'prompt_labels',
  {
    ...columns,
    promptId: uuid('prompt_id').notNull(),
    name: text('name').notNull(),
    /** Number of the version. */
    version: integer('version').notNull(),
    setBy: uuid('set_by').notNull(),
    setAt: instant('set_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.name, table.promptId] }),
    index('prompt_labels_of_prompt').on(table.organizationId, table.promptId),
    foreignKey({
      name: 'prompt_labels_prompt',
      columns: [table.organizationId, table.promptId],
      foreignColumns: [prompts.organizationId, prompts.id],
    }).onDelete('cascade'),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
export type PromptLabelRow = typeof promptLabels.$inferSelect
