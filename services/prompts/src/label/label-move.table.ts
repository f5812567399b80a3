import { contentColumns, instant, tenantPolicies } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { check, foreignKey, integer, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'
import { prompts } from '../prompt/prompt.table.ts'

const { createdAt: _createdAt, updatedAt: _updatedAt, ...columns } = contentColumns()

export const labelMoveStatuses = ['pending', 'approved', 'rejected', 'withdrawn'] as const

/** Moves of labels that ask for a review, also once they are decided. Owner and visibility follow the prompt. */
export const labelMoves = promptsSchema.table(
  'label_moves',
  {
    ...columns,
    promptId: uuid('prompt_id').notNull(),
    label: text('label').notNull(),
    /** Number of the version it stood for then; null where it stood for none. */
    fromVersion: integer('from_version'),
    /** Number of the version it shall stand for; null where it shall be taken away. */
    toVersion: integer('to_version'),
    comment: text('comment'),
    requestedBy: uuid('requested_by').notNull(),
    requestedAt: instant('requested_at').notNull(),
    status: text('status', { enum: labelMoveStatuses }).notNull(),
    decidedBy: uuid('decided_by'),
    decidedAt: instant('decided_at'),
    decisionComment: text('decision_comment'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    uniqueIndex('label_moves_pending')
      .on(table.organizationId, table.promptId, table.label)
      .where(sql`status = 'pending'`),
    check('label_moves_status', sql`status in ('pending', 'approved', 'rejected', 'withdrawn')`),
    foreignKey({
      name: 'label_moves_prompt',
      columns: [table.organizationId, table.promptId],
      foreignColumns: [prompts.organizationId, prompts.id],
    }).onDelete('cascade'),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: false }),
  ],
)
export type LabelMoveRow = typeof labelMoves.$inferSelect
