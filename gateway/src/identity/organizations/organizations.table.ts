import { instant } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { check, index, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { users } from '../accounts/accounts.table.ts'
import { identitySchema } from '../identity.schema.ts'

export const organizations = identitySchema.table(
  'organizations',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    slug: text('slug').notNull(),
    logo: text('logo'),
    metadata: text('metadata'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('organizations_slug').on(table.slug)],
)

export const memberRoles = ['owner', 'admin', 'member', 'viewer'] as const
export type MemberRole = (typeof memberRoles)[number]

export const members = identitySchema.table(
  'members',
  {
    id: uuid('id').primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role', { enum: memberRoles }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('members_organization_user').on(table.organizationId, table.userId),
    index('members_user').on(table.userId, table.id),
    check('members_role', sql`${table.role} in ('owner', 'admin', 'member', 'viewer')`),
  ],
)

export const invitations = identitySchema.table(
  'invitations',
  {
    id: uuid('id').primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    role: text('role', { enum: memberRoles }).notNull(),
    status: text('status').notNull(),
    inviterId: uuid('inviter_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('invitations_organization').on(table.organizationId, table.id),
    check('invitations_role', sql`${table.role} in ('admin', 'member', 'viewer')`),
    check('invitations_status', sql`${table.status} in ('pending', 'accepted', 'rejected', 'canceled')`),
  ],
)
