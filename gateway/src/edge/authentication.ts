import type { Caller } from '../context.ts'
import type { Authenticate, Credentials } from '../identity/principal/authenticate.ts'

/** Who calls, and the way to ask again later with the same credentials. */
export async function callerOf(authenticate: Authenticate, credentials: Credentials): Promise<Caller> {
  const reauthenticate = () => authenticate(credentials)
  return { identity: await reauthenticate(), reauthenticate }
}
