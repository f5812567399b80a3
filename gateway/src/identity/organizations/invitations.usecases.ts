import { withTenant } from '@quillworks/database/tenant'
import { AppError, invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isId, newId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import type { Transaction } from '@quillworks/database/connect'
import { and, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import { requireAbility } from '../access.ts'
import { type ActingIdentity, audit } from '../audit/audit.ts'
import { accounts, users } from '../accounts/accounts.table.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { invitationToken, readInvitationToken } from './invitation-token.ts'
import { invitations, type MemberRole, members, organizations } from './organizations.table.ts'

const lifeMs = 7 * 86_400_000
const mostListed = 500
const emailSchema = z.email().max(254)

export interface InvitationLink {
  id: string
  email: string
  role: MemberRole
  expiresAt: Date
  /** Opens the invitation; whoever is invited gets it from the inviter, as no mail is sent. */
  url: string
}

function linkOf(
  { secret, publicUrl }: Pick<IdentityDependencies, 'secret' | 'publicUrl'>,
  id: string,
): string {
  return new URL(`/invitations/${invitationToken({ secret, id })}`, publicUrl).href
}

/** Invites an address with a role; an older open invitation of the same address ends. */
export async function inviteMember(
  { database, secret, publicUrl }: IdentityDependencies,
  identity: ActingIdentity,
  input: { email: string; role: MemberRole },
): Promise<InvitationLink> {
  requireAbility(identity.role, 'invitation', 'create')
  const email = input.email.trim().toLowerCase()
  if (!emailSchema.safeParse(email).success)
    throw invalidInput([{ path: ['email'], message: 'An e-mail address.' }])
  if (input.role === 'owner')
    throw invalidInput([{ path: ['role'], message: 'Invite as admin, member or viewer.' }])
  const { organizationId, userId } = identity
  const invitation = {
    id: newId(),
    organizationId,
    email,
    role: input.role,
    status: 'pending',
    inviterId: userId,
    createdAt: new Date(),
    expiresAt: new Date(Date.now() + lifeMs),
  }
  await withTenant(database, identity, async (tx) => {
    const [member] = await tx
      .select({ id: members.id })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(and(eq(members.organizationId, organizationId), eq(users.email, email)))
    if (member) throw new AppError('member.exists', 'This person is already a member.')
    await tx
      .update(invitations)
      .set({ status: 'canceled' })
      .where(
        and(
          eq(invitations.organizationId, organizationId),
          eq(invitations.email, email),
          eq(invitations.status, 'pending'),
        ),
      )
    await tx.insert(invitations).values(invitation)
    await audit(tx, identity, {
      action: 'invitation.created',
      target: { type: 'invitation', id: invitation.id, name: email },
      details: { role: input.role },
    })
  })
  return { ...invitation, url: linkOf({ secret, publicUrl }, invitation.id) }
}

/** The organization's invitations that can still be accepted, each with its link. */
export async function listInvitations(
  { database, secret, publicUrl }: IdentityDependencies,
  identity: Identity,
): Promise<InvitationLink[]> {
  requireAbility(identity.role, 'invitation', 'create')
  const { organizationId } = identity
  const rows = await database.run(({ orm }) =>
    orm
      .select()
      .from(invitations)
      .where(
        and(
          eq(invitations.organizationId, organizationId),
          eq(invitations.status, 'pending'),
          gt(invitations.expiresAt, new Date()),
        ),
      )
      .orderBy(invitations.id)
      .limit(mostListed),
  )
  return rows.map((row) => ({ ...row, url: linkOf({ secret, publicUrl }, row.id) }))
}

/** Takes an open invitation back: its link opens nothing any more. */
export async function cancelInvitation(
  { database, secret, publicUrl }: IdentityDependencies,
  identity: ActingIdentity,
  id: string,
): Promise<InvitationLink> {
  requireAbility(identity.role, 'invitation', 'cancel')
  if (!isId(id)) throw notFound('invitation')
  const { organizationId } = identity
  return withTenant(database, identity, async (tx) => {
    const [row] = await tx
      .update(invitations)
      .set({ status: 'canceled' })
      .where(and(eq(invitations.organizationId, organizationId), isOpen(id)))
      .returning()
    if (!row) throw notFound('invitation')
    const target = { type: 'invitation', id, name: row.email }
    await audit(tx, identity, { action: 'invitation.canceled', target })
    return { ...row, url: linkOf({ secret, publicUrl }, id) }
  })
}

/** What an invited person sees before they accept. */
export interface InvitationOffer {
  organizationName: string
  email: string
  role: MemberRole
  expiresAt: Date
  /** Whether the address signs in, or chooses a name and a password. */
  hasAccount: boolean
}

/** The open invitation of a token; undefined for one that was used, has expired or was never made. */
export async function readInvitation(
  { database, secret }: Pick<IdentityDependencies, 'database' | 'secret'>,
  token: string,
): Promise<InvitationOffer | undefined> {
  const id = readInvitationToken({ secret, token })
  if (!id) return undefined
  const [offer] = await database.run(({ orm }) =>
    orm
      .select({
        organizationName: organizations.name,
        email: invitations.email,
        role: invitations.role,
        expiresAt: invitations.expiresAt,
        userId: users.id,
      })
      .from(invitations)
      .innerJoin(organizations, eq(organizations.id, invitations.organizationId))
      .leftJoin(users, eq(users.email, invitations.email))
      .where(isOpen(id)),
  )
  if (!offer) return undefined
  const { userId, ...rest } = offer
  return { ...rest, hasAccount: userId !== null }
}

function isOpen(id: string) {
  return and(eq(invitations.id, id), eq(invitations.status, 'pending'), gt(invitations.expiresAt, new Date()))
}

async function makeAccount(tx: Transaction, input: { email: string; name: string; passwordHash: string }) {
  const now = new Date()
  const userId = newId()
  const times = { createdAt: now, updatedAt: now }
  await tx
    .insert(users)
    .values({ id: userId, name: input.name, email: input.email, emailVerified: true, ...times })
  await tx.insert(accounts).values({
    id: newId(),
    userId,
    accountId: userId,
    providerId: 'credential',
    password: input.passwordHash,
    ...times,
  })
  return userId
}

function checkNewAccount(input: { name?: string | null | undefined; password?: string | null | undefined }): {
  name: string
  password: string
} {
  const name = input.name?.trim() ?? ''
  const password = input.password ?? ''
  const issues = []
  if (name.length < 1 || name.length > 100)
    issues.push({ path: ['name'], message: 'A name of 1 to 100 characters.' })
  if (password.length < 10 || password.length > 256) {
    issues.push({ path: ['password'], message: 'A password of 10 to 256 characters.' })
  }
  if (issues.length > 0) throw invalidInput(issues)
  return { name, password }
}

/**
 * Accepts an invitation, once and only for the address it was made for: by the signed-in user of that address, or by
 * making an account for it with `name` and `password`. Gives the organization's id.
 */
export async function acceptInvitation(
  { database, auth, secret }: IdentityDependencies,
  identity: Identity | undefined,
  input: {
    token: string
    clientAddress?: string | undefined
    name?: string | null | undefined
    password?: string | null | undefined
  },
): Promise<{ organizationId: string; userId: string }> {
  const id = readInvitationToken({ secret, token: input.token })
  if (!id) throw notFound('invitation')
  const open = isOpen(id)
  const [invitation] = await database.run(({ orm }) => orm.select().from(invitations).where(open))
  if (!invitation) throw notFound('invitation')
  const [existing] = await database.run(({ orm }) =>
    orm.select().from(users).where(eq(users.email, invitation.email)),
  )
  if (existing && existing.id !== identity?.userId) {
    throw new AppError('auth.unauthenticated', `Sign in as ${invitation.email} to accept this invitation.`)
  }
  let passwordHash = ''
  let name = existing?.name ?? ''
  if (!existing) {
    const checked = checkNewAccount(input)
    name = checked.name
    passwordHash = await (await auth.$context).password.hash(checked.password)
  }
  const { organizationId, role, email } = invitation
  return withTenant(database, { organizationId, userId: existing?.id ?? newId() }, async (tx) => {
    const spent = await tx
      .update(invitations)
      .set({ status: 'accepted' })
      .where(open)
      .returning({ id: invitations.id })
    if (spent.length === 0) throw notFound('invitation')
    const userId = existing?.id ?? (await makeAccount(tx, { email, name, passwordHash }))
    await tx
      .insert(members)
      .values({ id: newId(), organizationId, userId, role, createdAt: new Date() })
      .onConflictDoNothing()
    const { clientAddress } = input
    const actor = { organizationId, userId, principal: `user:${userId}`, clientAddress }
    const target = { type: 'invitation', id: invitation.id, name: email }
    await audit(tx, actor, { action: 'invitation.accepted', target, details: { role } })
    return { organizationId, userId }
  })
}
