import { z } from 'zod'
import { type Identity, verifyIdentity } from './identity.ts'

const max = 10_000
const claimsSchema = z.object({ exp: z.number() })

/** When a verified token ends, in milliseconds since 1970. */
function endOf(token: string): number {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return claimsSchema.parse(claims).exp * 1_000
}

/**
 * Reads signed identities for one audience, each signature once: the gateway signs one for half a minute of a caller's
 * requests. What was verified holds to the letter of the whole token and no longer than the token itself.
 */
export function createCallers(input: { secret: string; audience: string; now?: () => number }) {
  const now = input.now ?? Date.now
  const verified = new Map<string, { identity: Identity; until: number }>()

  return async (token: string | null): Promise<Identity> => {
    const known = token === null ? undefined : verified.get(token)
    if (known && now() < known.until) return known.identity
    const identity = await verifyIdentity({ secret: input.secret, audience: input.audience, token })
    Object.freeze(identity.scopes)
    Object.freeze(identity)
    if (token !== null) verified.set(token, { identity, until: endOf(token) })
    const oldest = verified.keys().next()
    if (verified.size > max && !oldest.done) verified.delete(oldest.value)
    return identity
  }
}
