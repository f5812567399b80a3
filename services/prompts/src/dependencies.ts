import { connectDatabase, type Database } from '@quillworks/database/connect'
import { serviceRole, systemRole } from '@quillworks/database/roles'
import { connectNats } from '@quillworks/messaging/connect'
import { serviceGrants } from '@quillworks/messaging/grants'
import { tableOutbox } from '@quillworks/messaging/table-outbox'
import { startRelay, type Relay } from '@quillworks/messaging/relay'
import type { Logger } from '@quillworks/service-kit/logger'
import type { NatsConnection } from 'nats'

/** What the process is made of. */
export interface Dependencies {
  database: Database
  system: Database
  nats: NatsConnection
  relay: Relay
  logger: Logger
}

/** Connects to Postgres, as both roles, and to NATS, and begins to publish the outbox. */
export async function openDependencies(input: {
  databaseUrl: string
  natsUrl: string
  secret: string
  logger: Logger
}): Promise<Dependencies> {
  const { databaseUrl: url, secret, logger } = input
  const database = connectDatabase({ url, secret, role: serviceRole('prompts'), name: 'prompts', max: 6 })
  const system = connectDatabase({ url, secret, role: systemRole('prompts'), name: 'prompts-system', max: 2 })
  const nats = await connectNats({
    url: input.natsUrl,
    secret,
    name: 'prompts',
    grants: serviceGrants('prompts'),
  })
  const relay = startRelay({ database: system, nats, outbox: tableOutbox('prompts'), logger })
  return { database, system, nats, relay, logger }
}

/** Closes all of it in order: what was committed is still published. */
export async function closeDependencies({ database, system, nats, relay }: Dependencies): Promise<void> {
  await relay.stop()
  await nats.drain()
  await Promise.all([database.close(), system.close()])
}
