import type { Database, Transaction } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import { newId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { accounts, users } from '../accounts/accounts.table.ts'
import { audit, type Deed } from '../audit/audit.ts'
import { invitations, type MemberRole, members, organizations } from '../organizations/organizations.table.ts'
import { oidcProviderId, type OidcSettings } from './oidc-settings.ts'

/** Somebody whom the provider vouches for. */
export interface Arrival {
  subject: string
  /** In lower case; undefined where the provider does not say that it is theirs. */
  email: string | undefined
  name: string
}

interface Entrance {
  organizationId: string
  role: MemberRole
  deed: Deed
}

async function isKnown(tx: Transaction, { subject, email }: Arrival): Promise<boolean> {
  const linked = await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.providerId, oidcProviderId), eq(accounts.accountId, subject)))
    .limit(1)
  if (linked.length > 0 || email === undefined) return true
  const named = await tx.select({ id: users.id }).from(users).where(eq(users.email, email)).limit(1)
  return named.length > 0
}

/** Spends the open invitations of an address. */
async function byInvitation(tx: Transaction, email: string): Promise<Entrance[]> {
  const spent = await tx
    .update(invitations)
    .set({ status: 'accepted' })
    .where(
      and(
        eq(invitations.email, email),
        eq(invitations.status, 'pending'),
        gt(invitations.expiresAt, new Date()),
      ),
    )
    .returning()
  return spent.map(({ id, organizationId, role }) => ({
    organizationId,
    role,
    deed: {
      action: 'invitation.accepted',
      target: { type: 'invitation', id, name: email },
      details: { role, by: 'oidc' },
    },
  }))
}

async function byDomain(
  tx: Transaction,
  email: string,
  { domains, organization, role }: OidcSettings,
  logger: Logger,
): Promise<Entrance[]> {
  if (!domains.includes(email.slice(email.lastIndexOf('@') + 1))) return []
  const named = organization === '' ? undefined : eq(organizations.slug, organization)
  const [found] = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(named)
    .orderBy(asc(organizations.id))
    .limit(1)
  if (!found) {
    logger.warn({ organization }, 'QUILLWORKS_OIDC_ORGANIZATION names no organization; nobody can join it')
    return []
  }
  const deed = {
    action: 'member.joined',
    target: { type: 'member', name: email },
    details: { role, by: 'oidc' },
  }
  return [{ organizationId: found.id, role, deed }]
}

/**
 * Makes an account for somebody new who may come in: by an open invitation of their address, or by its domain. Changes
 * nothing for those who have one, and for those who may not.
 */
export async function admit(
  deps: { database: Database; settings: OidcSettings; logger: Logger },
  arrival: Arrival,
  clientAddress?: string,
): Promise<void> {
  const { email } = arrival
  const userId = newId()
  // Which organizations it is about is only found out here.
  await withTenant(deps.database, { organizationId: '', userId }, async (tx) => {
    if (email === undefined || (await isKnown(tx, arrival))) return
    const invited = await byInvitation(tx, email)
    const entrances = invited.length > 0 ? invited : await byDomain(tx, email, deps.settings, deps.logger)
    if (entrances.length === 0) return
    const now = new Date()
    const name = arrival.name.trim().slice(0, 100) || email
    const made = await tx
      .insert(users)
      .values({ id: userId, name, email, emailVerified: true, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
      .returning({ id: users.id })
    // Somebody else has just made it; their transaction did the rest.
    if (made.length === 0) return
    for (const { organizationId, role, deed } of entrances) {
      await tx.execute(sql`select set_config('qw.organization_id', ${organizationId}, true)`)
      await tx.insert(members).values({ id: newId(), organizationId, userId, role, createdAt: now })
      const actor = { organizationId, userId, principal: `user:${userId}`, clientAddress }
      const target = deed.target.type === 'member' ? { ...deed.target, id: userId } : deed.target
      await audit(tx, actor, { ...deed, target })
    }
  })
}
