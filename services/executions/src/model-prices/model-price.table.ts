import { instant, tenantPolicies } from '@quillworks/database/policies'
import { bigint, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

/** One row per model for which an organization has a price of its own; prices are dollars per million tokens × 10⁶. */
export const modelPrices = executionsSchema.table(
  'model_prices',
  {
    organizationId: uuid('organization_id').notNull(),
    /** `provider/name` */
    model: text('model').notNull(),
    inputPicoUsd: bigint('input_pico_usd', { mode: 'bigint' }).notNull(),
    outputPicoUsd: bigint('output_pico_usd', { mode: 'bigint' }).notNull(),
    /** Null where it costs what other input does. */
    cachedPicoUsd: bigint('cached_pico_usd', { mode: 'bigint' }),
    setBy: uuid('set_by').notNull(),
    setAt: instant('set_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.model] }),
    ...tenantPolicies({ service: 'executions', visibility: false, system: false }),
  ],
)
export type ModelPriceRow = typeof modelPrices.$inferSelect
