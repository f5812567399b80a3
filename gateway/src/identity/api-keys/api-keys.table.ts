import { instant } from '@quillworks/database/policies'
import { bigint, boolean, index, integer, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { identitySchema } from '../identity.schema.ts'
import { organizations } from '../organizations/organizations.table.ts'

/** The columns are those of better-auth's API key plugin; `referenceId` is the organization, `key` a hash. */
export const apiKeys = identitySchema.table(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    configId: text('config_id').notNull(),
    name: text('name'),
    start: text('start'),
    prefix: text('prefix'),
    key: text('key').notNull(),
    referenceId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    refillInterval: bigint('refill_interval', { mode: 'number' }),
    refillAmount: integer('refill_amount'),
    lastRefillAt: instant('last_refill_at'),
    enabled: boolean('enabled').notNull(),
    rateLimitEnabled: boolean('rate_limit_enabled'),
    rateLimitTimeWindow: bigint('rate_limit_time_window', { mode: 'number' }),
    rateLimitMax: integer('rate_limit_max'),
    requestCount: integer('request_count'),
    remaining: integer('remaining'),
    lastRequest: instant('last_request'),
    expiresAt: instant('expires_at'),
    permissions: text('permissions'),
    metadata: text('metadata'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('api_keys_key').on(table.key),
    index('api_keys_organization').on(table.referenceId, table.id),
  ],
)
