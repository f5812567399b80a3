import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { CommandError } from '../command-error.ts'
import { openOwnerSession } from './owner-session.ts'

/** How one command reaches the gateway. */
export interface Connection {
  /** Address of the gateway without a slash at its end. */
  url: string
  /** Headers that say who asks; made anew for each request, since the local owner's token lives a minute. */
  headers: () => Promise<Record<string, string>>
  /** Called when the gateway does not take who asks; true if there is another way in now, and asking again is of use. */
  retryAs: () => Promise<boolean>
}

/** Connects as the holder of an API key, else as the local owner that the secret proves. */
export function createConnection(input: {
  url: string
  apiKey?: string | undefined
  secret?: string | undefined
  organization?: string | undefined
  /** Where the secret was looked for, for the message that says it is missing. */
  dataDir: string
}): Connection {
  const { apiKey, secret } = input
  const organization: Record<string, string> = input.organization
    ? { 'x-organization': input.organization }
    : {}
  let session: string | undefined
  return {
    url: input.url,
    async retryAs() {
      if (apiKey || !secret || session) return false
      // Only a local start takes the owner's token for requests; every gateway takes it for a session.
      session = await openOwnerSession({ url: input.url, secret })
      return session !== undefined
    },
    async headers() {
      if (session) return { cookie: session, ...organization }
      if (apiKey) return { authorization: `Bearer ${apiKey}`, ...organization }
      if (secret) return { authorization: `Bearer ${await signLocalAdmin({ secret })}`, ...organization }
      throw new CommandError(
        'auth.unauthenticated',
        `Nothing says who you are. Set QUILLWORKS_API_KEY to a key (made with "quillworks key create"), or start Quillworks here with npm start: ${input.dataDir} holds no secret that this user can read (--data names another folder).`,
      )
    },
  }
}
