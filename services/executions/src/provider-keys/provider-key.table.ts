import { instant, tenantPolicies } from '@quillworks/database/policies'
import { primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { executionsSchema } from '../database.ts'

/** One row per provider for which an organization has a key, or a server, of its own. */
export const providerKeys = executionsSchema.table(
  'provider_keys',
  {
    organizationId: uuid('organization_id').notNull(),
    provider: text('provider').notNull(),
    /** Null for the provider's usual address. */
    baseUrl: text('base_url'),
    /** `v1:<keyId>:…`, of an empty text where the server wants no key. */
    ciphertext: text('ciphertext').notNull(),
    /** The last characters, to tell keys apart; empty for short ones. */
    ending: text('ending').notNull(),
    /** Another one after each change. */
    version: uuid('version').notNull(),
    setBy: uuid('set_by').notNull(),
    setAt: instant('set_at').notNull(),
    checkedAt: instant('checked_at'),
    /** Null with a time of checking: the provider took the key. */
    checkCode: text('check_code'),
    checkMessage: text('check_message'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.provider] }),
    ...tenantPolicies({ service: 'executions', visibility: false, system: false }),
  ],
)
export type ProviderKeyRow = typeof providerKeys.$inferSelect
