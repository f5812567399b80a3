import { AsyncLocalStorage } from 'node:async_hooks'
import { apiKey } from '@better-auth/api-key'
import type { Database, Transaction } from '@quillworks/database/connect'
import { clientAddressHeader } from '@quillworks/service-kit/audit-question'
import { newId } from '@quillworks/service-kit/ids'
import { derivePassword } from '@quillworks/service-kit/keys'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { betterAuth, type BetterAuthPlugin } from 'better-auth'
import { organization } from 'better-auth/plugins/organization'
import { accessControl, memberAbilities } from './access.ts'
import { accounts, sessions, signInLimits, users, verifications } from './accounts/accounts.table.ts'
import { apiKeys } from './api-keys/api-keys.table.ts'
import type { FailedSignIns } from './audit/failed-sign-ins.ts'
import { failedSignInsPlugin } from './audit/failed-sign-ins.plugin.ts'
import { auditPerson, methodOf } from './audit/sign-ins.ts'
import { keyPrefix } from './api-keys/scopes.ts'
import { localLink } from './local-owner/local-link.plugin.ts'
import { invitations, members, organizations } from './organizations/organizations.table.ts'

const day = 86_400

const transactions = new AsyncLocalStorage<{ tx: Transaction | undefined }>()

/** Lets better-auth write inside a transaction of ours while `work` calls it. */
export function inTransaction<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  const held: { tx: Transaction | undefined } = { tx }
  // What better-auth still does in the background has to find the pool: the connection may be another's by then.
  return transactions.run(held, work).finally(() => (held.tx = undefined))
}

/** Follows the pool when it is rebuilt, as better-auth keeps the handle it is given for ever, and `inTransaction`. */
function currentOrm(database: Database): Database['orm'] {
  return new Proxy({} as Database['orm'], {
    get: (_target, key) => Reflect.get(transactions.getStore()?.tx ?? database.orm, key) as unknown,
  })
}

/** Adds plugins whose endpoints nobody calls by name. */
function withMore<Own extends BetterAuthPlugin[]>(more: BetterAuthPlugin[] = [], own: [...Own]): [...Own] {
  own.push(...more)
  return own
}

/** Sessions, passwords, organizations and API keys, kept in schema `identity`. `publicUrl` decides if cookies are Secure. */
export function createAuth(input: {
  database: Database
  secret: string
  publicUrl: string
  failedSignIns: Pick<FailedSignIns, 'note'>
  plugins?: BetterAuthPlugin[]
}) {
  return betterAuth({
    appName: 'Quillworks',
    baseURL: input.publicUrl,
    basePath: '/api/auth',
    secret: derivePassword(input.secret, 'sessions'),
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: drizzleAdapter(currentOrm(input.database), {
      provider: 'pg',
      schema: {
        user: users,
        session: sessions,
        account: accounts,
        verification: verifications,
        organization: organizations,
        member: members,
        invitation: invitations,
        apikey: apiKeys,
        rateLimit: signInLimits,
      },
    }),
    advanced: {
      database: { generateId: () => newId() },
      cookiePrefix: 'quillworks',
      useSecureCookies: input.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
    },
    // The edge has compared Origin with Host before a request gets here.
    trustedOrigins: (request) => [request?.headers.get('origin')],
    session: { expiresIn: 30 * day, updateAge: day },
    // Nobody signs up by themselves: accounts are made for the first owner and by invitations.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 256 },
    databaseHooks: {
      session: {
        create: {
          // Before it: no session without its entry.
          before: async ({ userId, ipAddress }, context) => {
            const clientAddress = ipAddress ? { clientAddress: ipAddress } : {}
            const deed = { action: 'user.signed_in', details: { method: methodOf(context?.path) } }
            await auditPerson(input.database, { userId, ...clientAddress }, deed)
          },
        },
      },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/local-link': { window: 60, max: 30 },
        '/sign-in/social': { window: 60, max: 30 },
        '/callback/oidc': { window: 60, max: 30 },
      },
    },
    plugins: withMore(input.plugins, [
      organization({ ac: accessControl, roles: memberAbilities, creatorRole: 'owner' }),
      apiKey({
        references: 'organization',
        defaultPrefix: keyPrefix,
        maximumNameLength: 100,
        enableMetadata: true,
        startingCharactersConfig: { shouldStore: true, charactersLength: 10 },
        keyExpiration: { minExpiresIn: 0, maxExpiresIn: 3650 },
        rateLimit: { enabled: false },
      }),
      localLink(),
      failedSignInsPlugin(input.failedSignIns),
    ]),
  })
}

export type Auth = ReturnType<typeof createAuth>
