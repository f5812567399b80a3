import { notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import { and, desc, eq, gt, ne } from 'drizzle-orm'
import type { ActingIdentity } from '../audit/audit.ts'
import { auditPerson } from '../audit/sign-ins.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { requirePerson } from './account.usecases.ts'
import { sessions } from './accounts.table.ts'

const mostSessions = 100

/** A browser in which somebody is signed in. */
export interface Session {
  id: string
  current: boolean
  createdAt: Date
  /** Renewed about once a day while it is used. */
  seenAt: Date
  expiresAt: Date
  clientAddress: string | null
  userAgent: string | null
}

type Deps = Pick<IdentityDependencies, 'database'>

/** The session that a request came in; undefined for one without a cookie. */
export async function sessionIdOf(
  { auth }: Pick<IdentityDependencies, 'auth'>,
  request: Request,
): Promise<string | undefined> {
  const cookie = request.headers.get('cookie')
  if (cookie === null) return undefined
  const found = await auth.api.getSession({
    headers: new Headers({ cookie }),
    query: { disableRefresh: true },
  })
  return found?.session.id
}

const columns = {
  id: sessions.id,
  createdAt: sessions.createdAt,
  seenAt: sessions.updatedAt,
  expiresAt: sessions.expiresAt,
  clientAddress: sessions.ipAddress,
  userAgent: sessions.userAgent,
}

/** One's sessions that have not expired, the newest first. */
export async function listSessions(
  { database }: Deps,
  identity: Identity,
  currentId: string | undefined,
): Promise<Session[]> {
  requirePerson(identity)
  const rows = await database.run(({ orm }) =>
    orm
      .select(columns)
      .from(sessions)
      .where(and(eq(sessions.userId, identity.userId), gt(sessions.expiresAt, new Date())))
      .orderBy(desc(sessions.id))
      .limit(mostSessions),
  )
  return rows.map((row) => ({ ...row, current: row.id === currentId }))
}

/** Signs out another browser of one's own, or this one. */
export async function endSession({ database }: Deps, identity: ActingIdentity, id: string): Promise<string> {
  requirePerson(identity)
  if (!isId(id)) throw notFound('session')
  const own = and(eq(sessions.userId, identity.userId), eq(sessions.id, id))
  await auditPerson(database, identity, { action: 'user.session_ended' }, async (tx) => {
    const ended = await tx.delete(sessions).where(own).returning({ id: sessions.id })
    if (ended.length === 0) throw notFound('session')
  })
  return id
}

/** Signs out all browsers but the one that asks. */
export async function endOtherSessions(
  { database }: Deps,
  identity: ActingIdentity,
  currentId: string | undefined,
): Promise<Session[]> {
  requirePerson(identity)
  const others = currentId === undefined ? undefined : ne(sessions.id, currentId)
  await auditPerson(database, identity, { action: 'user.sessions_ended' }, async (tx) => {
    await tx.delete(sessions).where(and(eq(sessions.userId, identity.userId), others))
  })
  return listSessions({ database }, identity, currentId)
}
