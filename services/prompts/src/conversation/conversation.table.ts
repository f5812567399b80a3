import { contentColumns, instant, tenantPolicies } from '@quillworks/database/policies'
import type { ModelSettings } from '@quillworks/executions/contract'
import { sql } from 'drizzle-orm'
import { index, integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { Variable } from '../template/variables.ts'
import { promptsSchema } from '../database.ts'

const { id: _id, updatedAt: _updatedAt, ...columns } = contentColumns()

/**
 * What a conversation renders its later messages with. The template is kept whole, so that a conversation can go on
 * after its prompt was deleted; the ids are not foreign keys for the same reason. Private to its owner.
 */
export const conversations = promptsSchema.table(
  'conversations',
  {
    ...columns,
    executionId: uuid('execution_id').notNull(),
    promptId: uuid('prompt_id').notNull(),
    versionId: uuid('version_id').notNull(),
    version: integer('version').notNull(),
    model: text('model').notNull(),
    settings: jsonb('settings').$type<ModelSettings>().notNull(),
    system: text('system').notNull(),
    body: text('body').notNull(),
    variables: jsonb('variables').$type<Variable[]>().notNull(),
    /** When executions answered; the row is written before the start is asked for, so that none is ever lost. */
    startedAt: instant('started_at'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.executionId] }),
    index('conversations_unstarted')
      .on(table.createdAt)
      .where(sql`started_at is null`),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: true }),
  ],
)
export type ConversationRow = typeof conversations.$inferSelect
