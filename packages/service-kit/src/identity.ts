import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { AppError } from './errors.ts'
import { deriveKey } from './keys.ts'

export const identityHeader = 'x-quillworks-identity'
export const roles = ['owner', 'admin', 'member', 'viewer', 'service'] as const

const identitySchema = z.object({
  userId: z.uuid(),
  organizationId: z.uuid(),
  projectId: z.uuid(),
  role: z.enum(roles),
  /** `<area>:read`, `<area>:write` or `*`. */
  scopes: z.array(z.string()),
  /** Who acts: `user:<id>` or `key:<id>`. */
  principal: z.string(),
})

/** Who acts, in which organization and project, and what they may do. */
export type Identity = z.infer<typeof identitySchema>

const lifeSeconds = 60

/** Signs an identity for one audience (a service's name); it is good for 60 seconds. */
export function signIdentity(input: {
  secret: string
  audience: string
  identity: Identity
}): Promise<string> {
  return new SignJWT({ identity: input.identity })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('quillworks')
    .setAudience(input.audience)
    .setIssuedAt()
    .setExpirationTime(`${lifeSeconds}s`)
    .sign(deriveKey(input.secret, 'identity'))
}

/** Reads a signed identity back; anything but a valid one for this audience is `auth.unauthenticated`. */
export async function verifyIdentity(input: {
  secret: string
  audience: string
  token: string | null | undefined
}): Promise<Identity> {
  try {
    if (!input.token) throw new Error('no identity')
    const { payload } = await jwtVerify(input.token, deriveKey(input.secret, 'identity'), {
      algorithms: ['HS256'],
      issuer: 'quillworks',
      audience: input.audience,
    })
    return identitySchema.parse(payload['identity'])
  } catch (cause) {
    throw new AppError('auth.unauthenticated', 'Sign in, or send an API key as "Authorization: Bearer …".', {
      cause,
    })
  }
}

/** True if the identity's role and scopes both allow `scope`. Viewers write nothing. */
export function hasScope(identity: Identity, scope: string): boolean {
  if (identity.role === 'viewer' && scope.endsWith(':write')) return false
  return identity.scopes.includes('*') || identity.scopes.includes(scope)
}

/** Refuses with `auth.forbidden` what `hasScope` does not allow. */
export function requireScope(identity: Identity, scope: string): void {
  if (hasScope(identity, scope)) return
  const reason =
    identity.role === 'viewer' && scope.endsWith(':write')
      ? 'A viewer can read but not change. Ask an admin of the organization for another role.'
      : `This needs the scope ${scope}. Use a key that has it.`
  throw new AppError('auth.forbidden', reason)
}
