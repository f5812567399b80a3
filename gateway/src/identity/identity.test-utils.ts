import { createTestDatabase } from '@quillworks/testing/database'
import { createLogger } from '@quillworks/service-kit/logger'
import type { Identity } from '@quillworks/service-kit/identity'
import { graphql } from 'graphql'
import { createFailedSignIns, failedSignInsIn } from './audit/failed-sign-ins.ts'
import { createPeople } from './accounts/people.ts'
import { createAuth } from './auth.ts'
import type { IdentityDependencies } from './graphql/context.ts'
import { identitySubgraph } from './graphql/schema.ts'
import { findUsers } from './organizations/members.usecases.ts'
import { createAuthenticate, type Credentials } from './principal/authenticate.ts'
import { createLocalOwnerLink } from './local-owner/local-owner.usecases.ts'

/** The identity area on a database of its own, with a clock for what is remembered 5 seconds. */
export async function startIdentity(options: { publicUrl?: string; allowLocalAdmin?: boolean } = {}) {
  const testDatabase = await createTestDatabase()
  const { secret } = testDatabase
  const database = testDatabase.connect('qw_identity')
  const publicUrl = options.publicUrl ?? 'http://localhost:4000'
  const failedSignIns = createFailedSignIns({
    ...failedSignInsIn(database),
    logger: createLogger('identity', { level: 'silent' }),
  })
  const auth = createAuth({ database, secret, publicUrl, failedSignIns })
  let time = 0
  const authenticate = createAuthenticate({
    database,
    auth,
    secret,
    allowLocalAdmin: options.allowLocalAdmin ?? true,
    now: () => time,
  })
  const people = createPeople(
    (identity, ids) => findUsers({ database }, identity, ids),
    () => time,
  )
  const dependencies: IdentityDependencies = {
    database,
    auth,
    oidc: undefined,
    people,
    secret,
    publicUrl,
    serviceAudits: [],
    statusMode: 'auto',
    accessChanged: () => {
      authenticate.forget()
      people.forget()
    },
  }

  /** Opens a link or signs in as a browser does, and gives the cookie and where it led. */
  async function open(path: string, init: RequestInit = {}) {
    const response = await auth.handler(
      new Request(new URL(path, publicUrl), { redirect: 'manual', ...init }),
    )
    const cookie = response.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    return { response, cookie, location: response.headers.get('location') }
  }

  async function signInOwner(): Promise<string> {
    const { url } = await createLocalOwnerLink(dependencies)
    return (await open(url)).cookie
  }

  async function ask(
    credentials: Credentials | Identity,
    source: string,
    variables: Record<string, unknown> = {},
  ) {
    const identity = 'userId' in credentials ? credentials : await authenticate(credentials)
    const cookie = 'cookie' in credentials ? credentials.cookie : undefined
    const request = new Request(publicUrl, { headers: cookie ? { cookie } : {} })
    return graphql({
      schema: identitySubgraph,
      source,
      variableValues: variables,
      contextValue: { identity, request, dependencies },
    })
  }

  return {
    ...dependencies,
    testDatabase,
    authenticate,
    failedSignIns,
    open,
    signInOwner,
    ask,
    pass: (ms: number) => (time += ms),
    close: () => testDatabase.close(),
  }
}

/** The code of the first error, as the edge shows it. */
export function codeOf(result: {
  errors?: readonly { originalError?: unknown }[] | undefined
}): string | undefined {
  const original = result.errors?.[0]?.originalError
  return original instanceof Error && 'code' in original ? String(original.code) : undefined
}
