import { localAdminPrefix } from '@quillworks/service-kit/local-admin'
import type { Caller } from '../context.ts'
import type { Authenticate, Credentials } from '../identity/principal/authenticate.ts'

/** Who calls, and the way to ask again later with the same credentials. */
export async function callerOf(
  authenticate: Authenticate,
  credentials: Credentials,
  clientAddress?: string,
): Promise<Caller> {
  const identity = await authenticate(credentials)
  // The token of the secret's holder lasts 60 seconds, which is for opening a stream, not for following it.
  const lasting = credentials.authorization?.includes(` ${localAdminPrefix}`)
  return {
    identity,
    clientAddress,
    reauthenticate: lasting ? () => Promise.resolve(identity) : () => authenticate(credentials),
  }
}
