import { encodeAccount, encodeOperator, encodeUser, fromSeed, type KeyPair, type User } from '@nats-io/jwt'
import { deriveKey } from '@quillworks/service-kit/keys'
import { jwtAuthenticator, type Authenticator } from 'nats'
import { nkeySeed } from './nkey-seed.ts'

/** Who may do what on NATS, and the proof. */
export interface UserCredentials {
  /** The user JWT, signed by the account that the secret makes. */
  jwt: string
  /** The user's own nkey seed, `SU…`; as secret as a password. */
  seed: string
  /** For `connect({ authenticator })` of the `nats` client. */
  authenticator: Authenticator
}

const UNLIMITED = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  conn: -1,
  leaf: -1,
  wildcards: true,
}
const UNLIMITED_JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }

function keyPair(secret: string, role: 'operator' | 'account' | 'user', purpose: string): KeyPair {
  return fromSeed(new TextEncoder().encode(nkeySeed(role, deriveKey(secret, purpose))))
}

function appAccount(secret: string): KeyPair {
  return keyPair(secret, 'account', 'nats-account')
}

/** An empty list of NATS permissions allows everything, so nothing allowed is written as everything denied. */
function permission(subjects: string[]): { allow: string[] } | { deny: string[] } {
  return subjects.length > 0 ? { allow: subjects } : { deny: ['>'] }
}

/**
 * Makes the credentials of one NATS user from the deployment's secret; the server needs no word about it. It may
 * publish and subscribe to what is listed, wildcards included, and to nothing else: whoever sends requests lists
 * its inbox too. `mayReply` allows one answer, within a minute, to each message it gets. Without `expiresInSeconds` it
 * does not expire. The same name always gets the same key.
 */
export async function mintUserCredentials(options: {
  secret: string
  name: string
  publish: string[]
  subscribe: string[]
  mayReply?: boolean
  expiresInSeconds?: number
}): Promise<UserCredentials> {
  const user = keyPair(options.secret, 'user', `nats-user:${options.name}`)
  const permissions: Partial<User> = { pub: permission(options.publish), sub: permission(options.subscribe) }
  if (options.mayReply) permissions.resp = { max: 1, ttl: 60_000_000_000 }
  const jwt = await encodeUser(
    options.name,
    user,
    appAccount(options.secret),
    permissions,
    options.expiresInSeconds === undefined
      ? {}
      : { exp: Math.floor(Date.now() / 1000) + options.expiresInSeconds },
  )
  const seed = user.getSeed()
  return { jwt, seed: new TextDecoder().decode(seed), authenticator: jwtAuthenticator(jwt, seed) }
}

/**
 * Writes the configuration of a nats-server (2.9 or later) that trusts exactly the users minted from the secret:
 * operator mode, a system account nobody can log in to, and one account with JetStream under `storeDir`.
 */
export async function natsServerConfig(options: {
  secret: string
  port: number
  storeDir: string
  host?: string
  pidFile?: string
}): Promise<string> {
  const operator = keyPair(options.secret, 'operator', 'nats-operator')
  const system = keyPair(options.secret, 'account', 'nats-system-account')
  const app = appAccount(options.secret)
  const systemJwt = await encodeAccount('SYS', system, { limits: UNLIMITED }, { signer: operator })
  const appJwt = await encodeAccount(
    'QUILLWORKS',
    app,
    { limits: { ...UNLIMITED, ...UNLIMITED_JETSTREAM } },
    { signer: operator },
  )
  const operatorJwt = await encodeOperator('quillworks', operator, { system_account: system.getPublicKey() })
  const quote = (text: string) => JSON.stringify(text)
  return [
    'server_name: quillworks',
    `listen: ${quote(`${options.host ?? '127.0.0.1'}:${options.port}`)}`,
    ...(options.pidFile ? [`pid_file: ${quote(options.pidFile)}`] : []),
    // A request to start an execution carries a rendered prompt and its values: more than the usual 1 MB.
    'max_payload: 8MB',
    // Without a limit of its own it takes three quarters of the free disk, and may then refuse the stream of events.
    `jetstream: { store_dir: ${quote(options.storeDir)}, max_memory_store: 256MB, max_file_store: 8GB }`,
    `operator: ${quote(operatorJwt)}`,
    `system_account: ${quote(system.getPublicKey())}`,
    'resolver: MEMORY',
    `resolver_preload: {`,
    `  ${system.getPublicKey()}: ${quote(systemJwt)}`,
    `  ${app.getPublicKey()}: ${quote(appJwt)}`,
    '}',
    '',
  ].join('\n')
}
