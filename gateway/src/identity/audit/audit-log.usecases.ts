import { findAuditEntries } from '@quillworks/database/audit'
import { readAsTenant } from '@quillworks/database/tenant'
import type { AuditQuestion } from '@quillworks/service-kit/audit-question'
import { inArray } from 'drizzle-orm'
import { requireAbility } from '../access.ts'
import { users } from '../accounts/accounts.table.ts'
import type { IdentityContext, IdentityDependencies } from '../graphql/context.ts'
import type { Page } from '../graphql/page.ts'
import { type AuditFilter, auditQuestion, type AuditRow, mergedPage } from './audit-log.ts'
import { auditEntries } from './audit.table.ts'

/** Reads the entries that another service has, newest first, in the name of the caller. */
export type ReadServiceAudit = (context: IdentityContext, question: AuditQuestion) => Promise<AuditRow[]>

/** The audit log of the organization, newest first: the gateway's entries and those of the services, merged. */
export async function readAuditLog(
  context: IdentityContext,
  input: {
    first?: number | null | undefined
    after?: string | null | undefined
    filter?: AuditFilter | null | undefined
  },
): Promise<Page<AuditRow>> {
  const { identity, dependencies } = context
  const { organizationId } = identity
  requireAbility(identity.role, 'audit', 'read')
  const question = auditQuestion(input)
  const oneMore = { ...question, limit: question.limit + 1 }
  const lists = await Promise.all([
    readAsTenant(dependencies.database, identity, (tx) =>
      findAuditEntries(tx, auditEntries, { organizationId, ...oneMore }),
    ),
    ...dependencies.serviceAudits.map((read) => read(context, oneMore)),
  ])
  return mergedPage(question, lists)
}

/** Who the people of the log are, also those who have left since; only for ids out of the organization's own log. */
export async function findActors({ database }: Pick<IdentityDependencies, 'database'>, ids: string[]) {
  const rows = await database.run(({ orm }) =>
    orm
      .select({ id: users.id, name: users.name, email: users.email })
      .from(users)
      .where(inArray(users.id, ids)),
  )
  return new Map(rows.map((row) => [row.id, row]))
}
