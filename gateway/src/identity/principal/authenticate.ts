import type { Database } from '@quillworks/database/connect'
import { AppError, notFound } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { localAdminPrefix, verifyLocalAdmin } from '@quillworks/service-kit/local-admin'
import { z } from 'zod'
import type { Auth } from '../auth.ts'
import { fromPermissions, keyPrefix } from '../api-keys/scopes.ts'
import { ensureLocalOwner } from '../local-owner/local-owner.usecases.ts'
import { createExpiringCache } from './expiring-cache.ts'
import { findMembership, findProjectId } from './membership.repository.ts'

/** What a caller sent to say who they are and where they act. */
export interface Credentials {
  authorization?: string | undefined
  cookie?: string | undefined
  /** Id or slug; the user's first organization when left out. */
  organization?: string | undefined
  /** Id or slug; the default project when left out. */
  project?: string | undefined
}

/** Finds out who acts; undefined when nothing was sent, `auth.unauthenticated` when it is not valid. */
export type Authenticate = (credentials: Credentials) => Promise<Identity | undefined>

interface Actor {
  userId: string
  scopes: string[]
  principal: string
  /** Set for keys, which belong to one organization. */
  organizationId?: string
}

const verifiedLifeMs = 5_000
const keyMetadataSchema = z.object({ userId: z.uuid() })

function unauthenticated(message: string): AppError {
  return new AppError('auth.unauthenticated', message)
}

/** Credentials out of a request's headers. */
export function credentialsOf(headers: Headers): Credentials {
  return {
    authorization: headers.get('authorization') ?? undefined,
    cookie: headers.get('cookie') ?? undefined,
    organization: headers.get('x-organization') ?? undefined,
    project: headers.get('x-project') ?? undefined,
  }
}

export function createAuthenticate(input: {
  database: Database
  auth: Auth
  secret: string
  /** True in the local profile, where the holder of the secret may act as the local owner. */
  allowLocalAdmin: boolean
  now?: () => number
}): Authenticate & { forget: () => void } {
  const { database, auth } = input
  const clock = input.now ? { now: input.now } : {}
  const keys = createExpiringCache<Identity>({ lifeMs: verifiedLifeMs, max: 10_000, ...clock })

  async function actorOfKey(key: string): Promise<Actor> {
    const verified = await auth.api.verifyApiKey({ body: { key } })
    const metadata = keyMetadataSchema.safeParse(verified.key?.metadata)
    if (!verified.valid || !verified.key || !metadata.success) {
      throw unauthenticated('This API key is not valid: it was revoked, has expired or never existed.')
    }
    return {
      userId: metadata.data.userId,
      organizationId: verified.key.referenceId,
      scopes: fromPermissions(verified.key.permissions),
      principal: `key:${verified.key.id}`,
    }
  }

  async function actorOfLocalAdmin(token: string): Promise<Actor> {
    if (!input.allowLocalAdmin) throw unauthenticated('This deployment takes API keys and sessions only.')
    await verifyLocalAdmin({ secret: input.secret, token })
    const owner = await ensureLocalOwner({ database })
    return { ...owner, scopes: ['*'], principal: `user:${owner.userId}` }
  }

  async function actorOfCookie(cookie: string): Promise<Actor | undefined> {
    const session = await auth.api.getSession({ headers: new Headers({ cookie }) })
    if (!session) return undefined
    return { userId: session.user.id, scopes: ['*'], principal: `user:${session.user.id}` }
  }

  async function identityOf(actor: Actor, credentials: Credentials): Promise<Identity> {
    const organization = credentials.organization ?? actor.organizationId
    const membership = await findMembership({ database, userId: actor.userId, organization })
    const foreign = actor.principal.startsWith('key:') && membership?.organizationId !== actor.organizationId
    if (!membership || foreign) {
      if (credentials.organization) throw notFound('organization')
      throw unauthenticated('You are not a member of any organization. Ask for an invitation.')
    }
    const projectId = await findProjectId({ database, membership, project: credentials.project })
    if (!projectId) throw notFound('project')
    const { userId, scopes, principal } = actor
    return {
      userId,
      scopes,
      principal,
      projectId,
      organizationId: membership.organizationId,
      role: membership.role,
    }
  }

  const authenticate: Authenticate = async (credentials) => {
    const [scheme = '', token = ''] = (credentials.authorization ?? '').split(' ', 2)
    if (credentials.authorization) {
      if (scheme.toLowerCase() !== 'bearer')
        throw unauthenticated('Send the key as "Authorization: Bearer qwk_…".')
      if (token.startsWith(keyPrefix)) {
        const place = `${token} ${credentials.organization ?? ''} ${credentials.project ?? ''}`
        return keys.get(place, async () => identityOf(await actorOfKey(token), credentials))
      }
      if (token.startsWith(localAdminPrefix)) return identityOf(await actorOfLocalAdmin(token), credentials)
      throw unauthenticated('This is not an API key of Quillworks; those begin with qwk_.')
    }
    const actor = credentials.cookie ? await actorOfCookie(credentials.cookie) : undefined
    return actor ? identityOf(actor, credentials) : undefined
  }
  /** `forget` drops what was remembered of keys and of memberships. */
  return Object.assign(authenticate, { forget: () => keys.clear() })
}
