import { connect, type ConnectionOptions, type NatsConnection } from 'nats'
import { mintUserCredentials } from './credentials.ts'

/** What a process may publish and subscribe to on NATS. */
export interface NatsGrants {
  publish: string[]
  subscribe: string[]
}

/**
 * Connects with a user credential minted from the secret, limited to `grants`, and reconnects for ever. An outside
 * server's own credentials may stand in the URL (nats://user:password@host).
 */
export async function connectNats(input: {
  url: string
  secret: string
  name: string
  grants: NatsGrants
}): Promise<NatsConnection> {
  const parsed = new URL(input.url)
  const options: ConnectionOptions = {
    servers: `${parsed.hostname}:${parsed.port || '4222'}`,
    name: input.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    maxPingOut: 2,
  }
  if (parsed.protocol === 'tls:') options.tls = {}
  if (parsed.username) {
    options.user = decodeURIComponent(parsed.username)
    options.pass = decodeURIComponent(parsed.password)
  } else {
    const credentials = await mintUserCredentials({ secret: input.secret, name: input.name, ...input.grants })
    options.authenticator = credentials.authenticator
  }
  return connect(options)
}
