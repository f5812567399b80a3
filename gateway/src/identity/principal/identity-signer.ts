import { type Identity, signIdentity } from '@quillworks/service-kit/identity'
import { createExpiringCache } from './expiring-cache.ts'

// Half of a signed identity's 60 seconds, so that none is near its end when a service reads it.
const signedLifeMs = 30_000

/** Signs identities for services, each once per half minute. */
export function createIdentitySigner(input: { secret: string }) {
  const signed = createExpiringCache<string>({ lifeMs: signedLifeMs, max: 10_000 })
  return (identity: Identity, audience: string): Promise<string> =>
    signed.get(`${audience} ${JSON.stringify(identity)}`, () =>
      signIdentity({ secret: input.secret, audience, identity }),
    )
}

export type SignIdentity = ReturnType<typeof createIdentitySigner>
