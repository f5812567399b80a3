import { AppError, invalidInput } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import { and, eq, ne } from 'drizzle-orm'
import { checkRate, createRateLimiter } from '../../edge/rate-limit.ts'
import { auditPerson } from '../audit/sign-ins.ts'
import type { ActingIdentity } from '../audit/audit.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { oidcProviderId } from '../oidc/oidc-settings.ts'
import { accounts, sessions, users } from './accounts.table.ts'
import type { UserRow } from './users.graphql.ts'

const passwordProvider = 'credential'

/** Tries of the current password: five at once, then one each 12 seconds. */
const passwordTries = createRateLimiter({ burst: 5, perSecond: 1 / 12 })

/** One's own account: who one is in all organizations, and how one signs in. */
export interface Account extends UserRow {
  hasPassword: boolean
  /** Whether an OpenID Connect provider signs this person in. */
  hasOidc: boolean
}

/** Refuses API keys, which act for a person and are none. */
export function requirePerson(identity: Identity): void {
  if (identity.principal.startsWith('user:')) return
  throw new AppError('auth.forbidden', 'An account is changed by its person. Sign in without an API key.')
}

/** The account of the signed-in person. */
export async function readAccount(
  { database }: Pick<IdentityDependencies, 'database'>,
  identity: Identity,
): Promise<Account> {
  requirePerson(identity)
  const rows = await database.run(({ orm }) =>
    orm
      .select({
        id: users.id,
        name: users.name,
        email: users.email,
        image: users.image,
        provider: accounts.providerId,
        password: accounts.password,
      })
      .from(users)
      .leftJoin(accounts, eq(accounts.userId, users.id))
      .where(eq(users.id, identity.userId)),
  )
  const [user] = rows
  if (!user) throw new AppError('auth.unauthenticated', 'There is no such account any more.')
  const { id, name, email, image } = user
  const hasPassword = rows.some((row) => row.provider === passwordProvider && row.password !== null)
  return { id, name, email, image, hasPassword, hasOidc: rows.some((row) => row.provider === oidcProviderId) }
}

/** Changes what one is called, in all organizations. */
export async function renameAccount(
  dependencies: Pick<IdentityDependencies, 'database' | 'accessChanged'>,
  identity: Identity,
  input: { name: string },
): Promise<Account> {
  requirePerson(identity)
  const name = input.name.trim()
  if (name.length < 1 || name.length > 100)
    throw invalidInput([{ path: ['name'], message: 'A name of 1 to 100 characters.' }])
  await dependencies.database.run(({ orm }) =>
    orm.update(users).set({ name, updatedAt: new Date() }).where(eq(users.id, identity.userId)),
  )
  // People are remembered as rights are.
  dependencies.accessChanged({ organizationId: identity.organizationId, userId: identity.userId })
  return readAccount(dependencies, identity)
}

/**
 * Sets a new password, which needs the current one where there is one, and ends all other sessions. `sessionId` is the
 * session that goes on.
 */
export async function changePassword(
  dependencies: Pick<IdentityDependencies, 'database' | 'auth'>,
  identity: ActingIdentity,
  input: { currentPassword?: string | null | undefined; newPassword: string },
  sessionId: string | undefined,
): Promise<Account> {
  requirePerson(identity)
  const { database, auth } = dependencies
  const { userId } = identity
  const { newPassword } = input
  if (newPassword.length < 10 || newPassword.length > 256)
    throw invalidInput([{ path: ['newPassword'], message: 'A password of 10 to 256 characters.' }])
  const { password } = await auth.$context
  const ofPerson = and(eq(accounts.userId, userId), eq(accounts.providerId, passwordProvider))
  const [known] = await database.run(({ orm }) => orm.select().from(accounts).where(ofPerson))
  if (known?.password != null) {
    checkRate(passwordTries, userId)
    const isRight = await password.verify({ hash: known.password, password: input.currentPassword ?? '' })
    if (!isRight)
      throw invalidInput([{ path: ['currentPassword'], message: 'This is not your current password.' }])
  }
  const hash = await password.hash(newPassword)
  const now = new Date()
  await auditPerson(database, identity, { action: 'user.password_changed' }, async (tx) => {
    if (known) await tx.update(accounts).set({ password: hash, updatedAt: now }).where(ofPerson)
    else {
      const times = { createdAt: now, updatedAt: now }
      const row = { id: newId(), userId, accountId: userId, providerId: passwordProvider }
      await tx.insert(accounts).values({ ...row, password: hash, ...times })
    }
    const others = sessionId === undefined ? undefined : ne(sessions.id, sessionId)
    await tx.delete(sessions).where(and(eq(sessions.userId, userId), others))
  })
  return readAccount(dependencies, identity)
}
