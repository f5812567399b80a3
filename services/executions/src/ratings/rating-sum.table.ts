import { tenantPolicies } from '@quillworks/database/policies'
import { integer, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

/**
 * How many ratings that stand speak for and against what a version of a source made with a model: a running sum, so that
 * reading it costs the same however many there are. Written with each rating.
 */
export const ratingSums = executionsSchema.table(
  'rating_sums',
  {
    organizationId: uuid('organization_id').notNull(),
    sourceType: text('source_type').notNull(),
    sourceId: text('source_id').notNull(),
    sourceVersion: integer('source_version').notNull(),
    /** Empty where it is not known. */
    model: text('model').notNull(),
    visibility: text('visibility', { enum: ['private', 'organization'] }).notNull(),
    /** Of the private executions; of those that the organization sees its own id, so that they are one sum. */
    ownerId: uuid('owner_id').notNull(),
    up: integer('up').notNull(),
    down: integer('down').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'rating_sums_pk',
      columns: [
        table.organizationId,
        table.sourceId,
        table.sourceVersion,
        table.sourceType,
        table.model,
        table.visibility,
        table.ownerId,
      ],
    }),
    ...tenantPolicies({ service: 'executions', visibility: true, system: false }),
  ],
)
