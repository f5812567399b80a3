import { connectDatabase } from '@quillworks/database/connect'
import { connectNats } from '@quillworks/messaging/connect'
import type { Logger } from '@quillworks/service-kit/logger'
import type { GatewayConfig } from './config.ts'
import type { RateLimit } from './edge/rate-limit.ts'
import type { Part } from './edge/readiness.ts'
import { createFailedSignIns, failedSignInsIn } from './identity/audit/failed-sign-ins.ts'
import { createPeople } from './identity/accounts/people.ts'
import { createAuth } from './identity/auth.ts'
import type { IdentityDependencies } from './identity/graphql/context.ts'
import { createOidc } from './identity/oidc/oidc.ts'
import type { OidcSettings } from './identity/oidc/oidc-settings.ts'
import { findUsers } from './identity/organizations/members.usecases.ts'
import { type AccessChanges, createAccessChanges } from './identity/principal/access-changes.ts'
import { type Authenticate, createAuthenticate } from './identity/principal/authenticate.ts'
import { createIdentitySigner, type SignIdentity } from './identity/principal/identity-signer.ts'
import type { StatusMode } from './identity/status-mode.ts'
import { gatewayGrants } from './live/subjects.ts'
import { createTopics, type Topics } from './live/topics.ts'
import type { WatchIntervals } from './live/watch.ts'

// Of the six connections of a gateway: better-auth and the tenant context share these.
const poolSize = 3

export interface GatewayDependencies {
  identity: IdentityDependencies
  authenticate: Authenticate
  signIdentity: SignIdentity
  accessChanges: AccessChanges
  topics: Topics
  /** What this process itself needs in order to serve. */
  parts: Part[]
  rateLimit: RateLimit
  /** Other times than the usual, for tests. */
  watchIntervals?: WatchIntervals
  close: () => Promise<void>
}

/** Connects to Postgres and NATS; both reconnect by themselves. */
export async function connectDependencies(input: {
  config: Pick<
    GatewayConfig,
    'secret' | 'databaseUrl' | 'natsUrl' | 'profile' | 'port' | 'rateBurst' | 'ratePerSecond'
  > & {
    publicUrl: string | undefined
    oidc?: OidcSettings | undefined
    statusMode?: StatusMode
  }
  logger: Logger
}): Promise<GatewayDependencies> {
  const { config, logger } = input
  const { secret } = config
  const database = connectDatabase({
    url: config.databaseUrl,
    secret,
    role: 'qw_identity',
    name: 'gateway',
    max: poolSize,
  })
  const nats = await connectNats({ url: config.natsUrl, secret, name: 'gateway', grants: gatewayGrants })
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
  const failedSignIns = createFailedSignIns({ ...failedSignInsIn(database), logger })
  const auth = createAuth({ database, secret, publicUrl, failedSignIns })
  const authenticate = createAuthenticate({
    database,
    auth,
    secret,
    allowLocalAdmin: config.profile === 'local',
  })
  const topics = createTopics({ nats, logger })
  const accessChanges = createAccessChanges({
    publish: (subject, body) => nats.publish(subject, body),
    topics,
    logger,
  })
  accessChanges.listen(authenticate.forget)
  const people = createPeople((identity, ids) => findUsers({ database }, identity, ids))
  accessChanges.listen(people.forget)
  return {
    identity: {
      database,
      auth,
      oidc:
        config.oidc &&
        createOidc({ database, secret, publicUrl, settings: config.oidc, failedSignIns, logger }),
      people,
      secret,
      publicUrl,
      serviceAudits: [],
      statusMode: config.statusMode ?? 'auto',
      accessChanged: accessChanges.tell,
    },
    authenticate,
    accessChanges,
    signIdentity: createIdentitySigner({ secret }),
    topics,
    parts: [
      { name: 'database', probe: () => database.run(({ sql }) => sql`select 1`) },
      { name: 'nats', probe: () => nats.flush() },
    ],
    rateLimit: { burst: config.rateBurst, perSecond: config.ratePerSecond },
    close: async () => {
      await nats.drain().catch(() => undefined)
      await failedSignIns.flush()
      await database.close()
    },
  }
}
