import { contentColumns, tenantPolicies } from '@quillworks/database/policies'
import type { ModelSettings } from '@quillworks/executions/contract'
import { foreignKey, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { Variable } from '../template/variables.ts'
import { promptsSchema } from '../database.ts'
import { prompts } from './prompt.table.ts'

const { updatedAt: _never, ...columns } = contentColumns()

/** A prompt as one save left it; never changed again but for its comment. Owner and visibility follow the prompt. */
export const promptVersions = promptsSchema.table(
  'prompt_versions',
  {
    ...columns,
    promptId: uuid('prompt_id').notNull(),
    number: integer('number').notNull(),
    title: text('title').notNull(),
    system: text('system').notNull(),
    body: text('body').notNull(),
    model: text('model'),
    settings: jsonb('settings').$type<ModelSettings>().notNull(),
    variables: jsonb('variables').$type<Variable[]>().notNull(),
    comment: text('comment'),
    restoredFrom: integer('restored_from'),
    createdBy: uuid('created_by').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex('prompt_versions_number').on(table.organizationId, table.promptId, table.number),
    foreignKey({
      name: 'prompt_versions_prompt',
      columns: [table.organizationId, table.promptId],
      foreignColumns: [prompts.organizationId, prompts.id],
    }).onDelete('cascade'),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
export type PromptVersionRow = typeof promptVersions.$inferSelect
