import { contentColumns, instant, tenantPolicies } from '@quillworks/database/policies'
import { index, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { promptsSchema } from '../database.ts'
import type { Variable } from '../template/variables.ts'
import type { LibraryVersions } from './library-override.ts'
import { optimizationKinds, optimizationParts, type OptimizationResult } from './result.ts'

const { id: _id, updatedAt: _updatedAt, ...columns } = contentColumns()

/** What an optimizer was given, and what came of it. Private to its owner, and removed after a while. */
export const optimizations = promptsSchema.table(
  'optimizations',
  {
    ...columns,
    executionId: uuid('execution_id').notNull(),
    kind: text('kind', { enum: optimizationKinds }).notNull(),
    part: text('part', { enum: optimizationParts }).notNull(),
    title: text('title').notNull(),
    system: text('system').notNull(),
    body: text('body').notNull(),
    variables: jsonb('variables').$type<Variable[]>().notNull(),
    /** The versions of the library prompts that it uses, by key; 0 for the built-in one. */
    library: jsonb('library').$type<LibraryVersions>().notNull().default({}),
    result: jsonb('result').$type<OptimizationResult>(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.executionId] }),
    index('optimizations_old').on(table.createdAt),
    ...tenantPolicies({ service: 'prompts', visibility: true, system: true }),
  ],
)
export type OptimizationRow = typeof optimizations.$inferSelect
