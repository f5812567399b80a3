import type { Database, Transaction } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import { eq, sql } from 'drizzle-orm'
import { members } from '../organizations/organizations.table.ts'
import { audit, type Deed } from './audit.ts'

/** By which of better-auth's paths somebody came in, as the audit log says it. */
export function methodOf(path: string | undefined): string {
  if (path?.startsWith('/sign-in/email')) return 'password'
  if (path?.startsWith('/local-link')) return 'link'
  if (path?.startsWith('/callback')) return 'oidc'
  return 'other'
}

/**
 * Notes what a person did to their own account, such as signing in, in each organization that they belong to: an account
 * belongs to none. `work` is the deed, where it is done in the same transaction; `name` is the person's, where it says more.
 */
export async function auditPerson(
  database: Database,
  person: { userId: string; clientAddress?: string | undefined },
  { name, ...deed }: Omit<Deed, 'target'> & { name?: string },
  work?: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const { userId } = person
  await withTenant(database, { organizationId: '', userId }, async (tx) => {
    await work?.(tx)
    const rows = await tx
      .select({ organizationId: members.organizationId })
      .from(members)
      .where(eq(members.userId, userId))
    for (const { organizationId } of rows) {
      await tx.execute(sql`select set_config('qw.organization_id', ${organizationId}, true)`)
      const actor = { ...person, organizationId, principal: `user:${userId}` }
      await audit(tx, actor, { ...deed, target: { type: 'user', id: userId, name: name ?? null } })
    }
  })
}
