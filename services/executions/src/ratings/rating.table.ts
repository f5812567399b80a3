import { instant, tenantPolicies } from '@quillworks/database/policies'
import { serviceRole } from '@quillworks/database/roles'
import { sql } from 'drizzle-orm'
import { check, index, integer, pgPolicy, pgRole, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { ratingValues } from '../contract/ratings.ts'
import { executionsSchema } from '../database.ts'
import { ownedColumns } from '../execution/columns.ts'

const tenantRole = pgRole(serviceRole('executions')).existing()
const own = sql`organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid) and user_id = (select nullif(current_setting('qw.user_id', true), '')::uuid)`

/**
 * What a person thinks of an execution, or of one of its steps: one row for each, also after they have taken it back,
 * seen by whoever sees the execution. It is its own outbox: the event is told from the row.
 */
export const ratings = executionsSchema.table(
  'ratings',
  {
    ...ownedColumns(),
    /** Empty for the execution as a whole. */
    stepKey: text('step_key').notNull(),
    userId: uuid('user_id').notNull(),
    rating: text('rating', { enum: ratingValues }),
    reason: text('reason'),
    /** What was rated, as it was then, for `rating_sums` by version and model. */
    model: text('model'),
    sourceType: text('source_type'),
    sourceId: text('source_id'),
    sourceVersion: integer('source_version'),
    ratedAt: instant('rated_at').notNull(),
    /** Another one after each change. */
    eventId: uuid('event_id').notNull(),
    publishedAt: instant('published_at'),
  },
  (table) => [
    primaryKey({ columns: [table.executionId, table.stepKey, table.userId] }),
    index('ratings_unpublished')
      .on(table.ratedAt)
      .where(sql`published_at is null`),
    check('ratings_rating', sql`rating in ('up', 'down')`),
    ...tenantPolicies({ service: 'executions', visibility: true, system: true }),
    // Whoever sees a rating sees it; it is changed by its person alone.
    pgPolicy('own_insert', { as: 'restrictive', for: 'insert', to: tenantRole, withCheck: own }),
    pgPolicy('own_update', { as: 'restrictive', for: 'update', to: tenantRole, using: own, withCheck: own }),
  ],
)
export type RatingRow = typeof ratings.$inferSelect
