import { instant, tenantPolicies } from '@quillworks/database/policies'
import type { ModelSettings } from '@quillworks/executions/contract'
import { integer, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'

/**
 * What an organization has decided about a library prompt, one row for each decision and never changed: the newest
 * counts, and an older one stays readable for the executions that it made.
 */
export const libraryOverrides = promptsSchema.table(
  'library_overrides',
  {
    organizationId: uuid('organization_id').notNull(),
    key: text('key').notNull(),
    /** Counts the decisions about this prompt, from 1. */
    number: integer('number').notNull(),
    /** null, as are body and settings: back to the built-in prompt. */
    system: text('system'),
    body: text('body'),
    settings: jsonb('settings').$type<ModelSettings>(),
    comment: text('comment'),
    /** The release whose built-in prompt it was made from. */
    release: text('release').notNull(),
    createdBy: uuid('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.key, table.number] }),
    ...tenantPolicies({ service: 'prompts', visibility: false, system: false }),
  ],
)
export type LibraryOverrideRow = typeof libraryOverrides.$inferSelect
