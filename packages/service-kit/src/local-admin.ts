import { jwtVerify, SignJWT } from 'jose'
import { AppError } from './errors.ts'
import { deriveKey } from './keys.ts'

/** What a bearer token of the local owner begins with, so that the edge tells it from an API key. */
export const localAdminPrefix = 'qwl_'
const audience = 'local-admin'

/**
 * A bearer token (`qwl_…`) good for 60 seconds, which proves that its maker holds QUILLWORKS_SECRET. It opens
 * `POST /internal/local-owner-link` and, in the local profile, acts as the local owner.
 */
export async function signLocalAdmin(input: { secret: string }): Promise<string> {
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('quillworks')
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(deriveKey(input.secret, audience))
  return localAdminPrefix + token
}

/** Refuses with `auth.unauthenticated` anything but a token of `signLocalAdmin` in its 60 seconds. */
export async function verifyLocalAdmin(input: { secret: string; token: string }): Promise<void> {
  try {
    if (!input.token.startsWith(localAdminPrefix)) throw new Error('not a token of the local owner')
    await jwtVerify(input.token.slice(localAdminPrefix.length), deriveKey(input.secret, audience), {
      algorithms: ['HS256'],
      issuer: 'quillworks',
      audience,
    })
  } catch (cause) {
    throw new AppError('auth.unauthenticated', 'This is not a valid token of the local owner.', { cause })
  }
}
