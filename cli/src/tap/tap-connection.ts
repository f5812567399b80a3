import type { NatsGrants } from '@quillworks/messaging/connect'
import { mintUserCredentials } from '@quillworks/messaging/credentials'
import { type Authenticator, connect, type ConnectionOptions, type NatsConnection } from 'nats'
import { CommandError } from '../command-error.ts'

/** Where NATS is and what proves who asks. */
export interface NatsAccess {
  url: string
  secret: string | undefined
}

async function authenticatorOf(access: NatsAccess, name: string, grants: NatsGrants): Promise<Authenticator> {
  if (!access.secret) {
    throw new CommandError(
      'tap.no_credential',
      'A tap needs a credential that the secret makes: run this where the data folder of a local start is (--data), or set QUILLWORKS_SECRET.',
    )
  }
  return (await mintUserCredentials({ secret: access.secret, name, ...grants })).authenticator
}

/**
 * Connects for one purpose with nothing but `grants`. A user and password in the URL, of a server of somebody's own, are
 * used as they are: its configuration says what they may do.
 */
export async function connectTapNats(input: {
  access: NatsAccess
  name: string
  grants: NatsGrants
  inboxPrefix?: string
}): Promise<NatsConnection> {
  const url = new URL(input.access.url)
  const server = `${url.hostname}:${url.port || '4222'}`
  const options: ConnectionOptions = {
    servers: server,
    name: input.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 5_000,
    ...(input.inboxPrefix ? { inboxPrefix: input.inboxPrefix } : {}),
    ...(url.protocol === 'tls:' ? { tls: {} } : {}),
  }
  if (url.username) {
    options.user = decodeURIComponent(url.username)
    options.pass = decodeURIComponent(url.password)
  } else options.authenticator = await authenticatorOf(input.access, input.name, input.grants)
  try {
    return await connect(options)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CommandError('nats.unreachable', `NATS at ${server} does not take the connection: ${reason}.`, {
      cause,
    })
  }
}
