import type { Transaction } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import { AppError, notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import { and, eq, inArray } from 'drizzle-orm'
import { requireAbility } from '../access.ts'
import { type ActingIdentity, audit } from '../audit/audit.ts'
import { users } from '../accounts/accounts.table.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { type Page, type PageArguments, pageById } from '../graphql/page.ts'
import { type MemberRole, members, organizations } from './organizations.table.ts'

const memberColumns = {
  id: members.id,
  userId: members.userId,
  role: members.role,
  createdAt: members.createdAt,
}
export interface Member {
  id: string
  userId: string
  role: MemberRole
  createdAt: Date
}
type Deps = Pick<IdentityDependencies, 'database'>
type ChangingDeps = Pick<IdentityDependencies, 'database' | 'accessChanged'>

export async function listMembers(
  { database }: Deps,
  identity: Identity,
  input: PageArguments,
): Promise<Page<Member>> {
  const page = pageById(members.id, input)
  const rows = await database.run(({ orm }) =>
    orm
      .select(memberColumns)
      .from(members)
      .where(and(eq(members.organizationId, identity.organizationId), ...page.where))
      .orderBy(page.orderBy)
      .limit(page.limit),
  )
  return page.toPage(rows)
}

/** The organizations a user belongs to, the first one first, each with the user's role. */
export async function listOrganizations({ database }: Deps, userId: string) {
  return database.run(({ orm }) =>
    orm
      .select({
        id: organizations.id,
        name: organizations.name,
        slug: organizations.slug,
        createdAt: organizations.createdAt,
        role: members.role,
      })
      .from(members)
      .innerJoin(organizations, eq(organizations.id, members.organizationId))
      .where(eq(members.userId, userId))
      .orderBy(members.id),
  )
}

/** Users of the acting organization by id, in the order asked for; null for anyone else. */
export async function findUsers({ database }: Deps, identity: Identity, ids: string[]) {
  const known = ids.filter(isId)
  if (known.length === 0) return ids.map(() => null)
  const rows = await database.run(({ orm }) =>
    orm
      .select({ id: users.id, name: users.name, email: users.email, image: users.image })
      .from(users)
      .innerJoin(members, eq(members.userId, users.id))
      .where(and(eq(members.organizationId, identity.organizationId), inArray(users.id, known))),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id) ?? null)
}

/** Locks the organization's owners first, so that two changes at once cannot leave none. */
async function lockMember(tx: Transaction, identity: Identity, memberId: string) {
  const { organizationId } = identity
  const owners = await tx
    .select({ id: members.id })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.role, 'owner')))
    .orderBy(members.id)
    .for('update')
  const [member] = isId(memberId)
    ? await tx
        .select(memberColumns)
        .from(members)
        .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId)))
        .for('update')
    : []
  if (!member) throw notFound('member')
  if (member.role === 'owner') {
    if (identity.role !== 'owner') throw new AppError('auth.forbidden', 'Only an owner can change an owner.')
    if (owners.length === 1)
      throw new AppError('organization.last_owner', 'An organization keeps at least one owner.')
  }
  return member
}

/** A member as the audit log names them: by the address, which says who it was also after they have left. */
async function targetOf(tx: Transaction, { userId }: Member) {
  const [user] = await tx.select({ email: users.email }).from(users).where(eq(users.id, userId))
  return { type: 'member', id: userId, name: user?.email ?? null }
}

export async function changeMemberRole(
  { database, accessChanged }: ChangingDeps,
  identity: ActingIdentity,
  input: { memberId: string; role: MemberRole },
): Promise<Member> {
  requireAbility(identity.role, 'member', 'update')
  if (input.role === 'owner' && identity.role !== 'owner') {
    throw new AppError('auth.forbidden', 'Only an owner can make another owner.')
  }
  const changed = await withTenant(database, identity, async (tx) => {
    const member = await lockMember(tx, identity, input.memberId)
    await tx.update(members).set({ role: input.role }).where(eq(members.id, member.id))
    const details = { from: member.role, to: input.role }
    await audit(tx, identity, { action: 'member.role_changed', target: await targetOf(tx, member), details })
    return { ...member, role: input.role }
  })
  accessChanged({ organizationId: identity.organizationId, userId: changed.userId })
  return changed
}

/** Ends a membership; the member's API keys of this organization stop working with it. */
export async function removeMember(
  { database, accessChanged }: ChangingDeps,
  identity: ActingIdentity,
  memberId: string,
): Promise<Member> {
  requireAbility(identity.role, 'member', 'delete')
  const removed = await withTenant(database, identity, async (tx) => {
    const member = await lockMember(tx, identity, memberId)
    await tx.delete(members).where(eq(members.id, member.id))
    const details = { role: member.role }
    await audit(tx, identity, { action: 'member.removed', target: await targetOf(tx, member), details })
    return member
  })
  accessChanged({ organizationId: identity.organizationId, userId: removed.userId })
  return removed
}
