import { instant } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { identitySchema } from '../identity.schema.ts'
import { statusModes } from '../status-mode.ts'

const times = { createdAt: instant('created_at').notNull(), updatedAt: instant('updated_at').notNull() }

export const users = identitySchema.table(
  'users',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    emailVerified: boolean('email_verified').notNull(),
    image: text('image'),
    /** How this person follows what runs; null for the deployment's way. */
    statusMode: text('status_mode', { enum: statusModes }),
    ...times,
  },
  (table) => [
    uniqueIndex('users_email').on(table.email),
    check('users_status_mode', sql`status_mode in ('auto', 'push', 'poll')`),
  ],
)

export const sessions = identitySchema.table(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token: text('token').notNull(),
    expiresAt: instant('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    activeOrganizationId: uuid('active_organization_id'),
    ...times,
  },
  (table) => [uniqueIndex('sessions_token').on(table.token), index('sessions_user').on(table.userId)],
)

/** How a user signs in: the password's hash, later a provider's subject. */
export const accounts = identitySchema.table(
  'accounts',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: instant('access_token_expires_at'),
    refreshTokenExpiresAt: instant('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    ...times,
  },
  (table) => [index('accounts_user').on(table.userId)],
)

/** Short-lived single-use values, such as the hash of a sign-in link. */
export const verifications = identitySchema.table(
  'verifications',
  {
    id: uuid('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: instant('expires_at').notNull(),
    ...times,
  },
  (table) => [index('verifications_identifier').on(table.identifier)],
)

/** Counts of sign-in attempts per address, shared by all gateways. */
export const signInLimits = identitySchema.table(
  'sign_in_limits',
  {
    id: uuid('id').primaryKey(),
    key: text('key').notNull(),
    count: integer('count').notNull(),
    lastRequest: bigint('last_request', { mode: 'number' }).notNull(),
  },
  (table) => [uniqueIndex('sign_in_limits_key').on(table.key)],
)
