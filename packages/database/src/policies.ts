import { sql } from 'drizzle-orm'
import { pgPolicy, pgRole, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { serviceRole, systemRole } from './roles.ts'

const organization = sql`organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid)`
const visible = sql`${organization} and (visibility = 'organization' or owner_id = (select nullif(current_setting('qw.user_id', true), '')::uuid))`

/**
 * Row level security of one table: its organization's members see a row, where `visibility` is kept only the owner of a
 * private one; `system` adds the policy of the service's own background work. A custom migration adds FORCE and grants.
 */
export function tenantPolicies(input: { service: string; visibility: boolean; system: boolean }) {
  const condition = input.visibility ? visible : organization
  const policies = [
    pgPolicy('tenant', {
      for: 'all',
      to: pgRole(serviceRole(input.service)).existing(),
      using: condition,
      withCheck: condition,
    }),
  ]
  if (input.system) {
    policies.push(
      pgPolicy('system', {
        for: 'all',
        to: pgRole(systemRole(input.service)).existing(),
        using: sql`true`,
        withCheck: sql`true`,
      }),
    )
  }
  return policies
}

/** An instant, read as a Date. */
export function instant(name: string) {
  return timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
}

/** The columns of every content row; ids are made in code. */
export function contentColumns() {
  return {
    id: uuid('id').notNull(),
    organizationId: uuid('organization_id').notNull(),
    projectId: uuid('project_id').notNull(),
    ownerId: uuid('owner_id').notNull(),
    visibility: text('visibility', { enum: ['private', 'organization'] })
      .notNull()
      .default('private'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  }
}
