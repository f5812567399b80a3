import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { CommandError } from '../command-error.ts'

/** How one command reaches the gateway. */
export interface Connection {
  /** Address of the gateway without a slash at its end. */
  url: string
  /** Headers that say who asks; made anew for each request, since the local owner's token lives a minute. */
  headers: () => Promise<Record<string, string>>
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
  return {
    url: input.url,
    async headers() {
      if (apiKey) return { authorization: `Bearer ${apiKey}`, ...organization }
      if (secret) return { authorization: `Bearer ${await signLocalAdmin({ secret })}`, ...organization }
      throw new CommandError(
        'auth.unauthenticated',
        `Nothing says who you are. Set QUILLWORKS_API_KEY to a key (made with "quillworks key create"), or start Quillworks here with npm start: ${input.dataDir} holds no secret that this user can read (--data names another folder).`,
      )
    },
  }
}
