import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database } from '@quillworks/database/connect'
import { clientAddressHeader } from '@quillworks/service-kit/audit-question'
import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import { z } from 'zod'
import { type Auth, createAuth } from '../auth.ts'
import type { FailedSignIns } from '../audit/failed-sign-ins.ts'
import { admit } from './admit.usecases.ts'
import { localPath, oidcProviderId, type OidcSettings, reasonFor } from './oidc-settings.ts'

/** Signing in through the deployment's OpenID Connect provider. */
export interface Oidc {
  name: string
  /** Sends the browser to the provider; `to` is where it goes when it is back. */
  start: (request: Request, clientAddress: string) => Promise<Response>
  /** Answers the browser that comes back: signed in, or at the sign-in page with a reason. */
  callback: (request: Request, clientAddress: string) => Promise<Response>
}

/** Whose answer of the provider is being read. */
interface Arriving {
  clientAddress: string
  /** The address that the provider says is theirs, whether it vouches for it or not. */
  claimed?: string
}

const claimsSchema = z.object({ sub: z.string().min(1) })

/** The claims of an ID token that has been verified already. */
function claimsOf(idToken: string) {
  const [, body = ''] = idToken.split('.')
  return claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()))
}

function emailOf(profile: { email?: unknown; [key: string]: unknown }, trustEmail: boolean) {
  const verified = profile['email_verified'] === true || profile['email_verified'] === 'true'
  const said = profile['email_verified'] !== undefined
  const isTheirs = verified || (trustEmail && !said)
  const email = typeof profile.email === 'string' ? profile.email.toLowerCase() : undefined
  return { isTheirs, email: isTheirs ? email : undefined }
}

/** Where better-auth sends those who are not signed in: with a state that it knows, and without. */
const failurePaths = new Set(['/sign-in', '/api/auth/error'])

function toSignIn(reason: string): Response {
  return new Response(null, { status: 302, headers: { location: `/sign-in?reason=${reason}` } })
}

/**
 * Signs people in through a provider that is discovered when the first of them comes, so that neither can keep the other
 * from starting. State, nonce, PKCE and the ID token's signature are checked by better-auth; accounts are made only
 * by `admit`, and belong to the provider's subject from then on.
 */
export function createOidc(input: {
  database: Database
  secret: string
  publicUrl: string
  settings: OidcSettings
  failedSignIns: Pick<FailedSignIns, 'note'>
  logger: Logger
}): Oidc {
  const { settings, logger, publicUrl } = input
  let known: Promise<Auth> | undefined
  const arriving = new AsyncLocalStorage<Arriving>()

  async function discover(): Promise<Auth> {
    const provider = genericOAuth({
      config: [
        {
          providerId: oidcProviderId,
          name: settings.name,
          discoveryUrl: `${settings.issuer}/.well-known/openid-configuration`,
          requireIdTokenVerification: true,
          clientId: settings.clientId,
          clientSecret: settings.clientSecret,
          scopes: ['openid', 'email', 'profile'],
          disableSignUp: true,
          mapProfileToUser: (profile) => ({
            emailVerified: emailOf(profile, settings.trustEmail).isTheirs,
          }),
          // The last word before better-auth looks for the account: who is new and may come in gets one here.
          accountSubject: async ({ tokens, profile }) => {
            const { sub } = claimsOf(tokens.idToken ?? '')
            if (String(profile.sub) !== sub)
              throw new Error('The profile is of somebody else than the token.')
            const { email } = emailOf(profile, settings.trustEmail)
            const caller = arriving.getStore()
            if (caller && typeof profile.email === 'string') caller.claimed = profile.email
            const arrival = { subject: sub, email, name: String(profile.name ?? '') }
            await admit(input, arrival, caller?.clientAddress)
            return sub
          },
        },
      ],
    })
    const auth = createAuth({ ...input, plugins: [provider] })
    const { socialProviders } = await auth.$context
    const found = socialProviders.find(({ id }) => id === oidcProviderId)
    if (found?.issuer?.replace(/\/$/, '') !== settings.issuer)
      throw new AppError('auth.provider_unavailable', `${settings.issuer} cannot be discovered.`)
    return auth
  }

  function ready(): Promise<Auth> {
    const auth = (known ??= discover())
    auth.catch(() => {
      if (known === auth) known = undefined
    })
    return auth
  }

  async function pass(path: string, init: RequestInit, request: Request, caller: Arriving) {
    const headers = new Headers(init.headers)
    headers.set('cookie', request.headers.get('cookie') ?? '')
    headers.set('user-agent', request.headers.get('user-agent') ?? '')
    headers.set('origin', new URL(publicUrl).origin)
    headers.set(clientAddressHeader, caller.clientAddress)
    const auth = await ready()
    const sent = new Request(new URL(path, publicUrl), { ...init, headers })
    return arriving.run(caller, () => auth.handler(sent))
  }

  async function orUnavailable(work: () => Promise<Response>): Promise<Response> {
    try {
      return await work()
    } catch (error) {
      logger.warn({ err: error }, 'The OpenID Connect provider could not be asked')
      return toSignIn('oidc_unavailable')
    }
  }

  return {
    name: settings.name,
    start: (request, clientAddress) =>
      orUnavailable(async () => {
        const to = localPath(new URL(request.url).searchParams.get('to'))
        const body = JSON.stringify({
          provider: oidcProviderId,
          callbackURL: to,
          errorCallbackURL: '/sign-in',
          disableRedirect: true,
        })
        const headers = { 'content-type': 'application/json' }
        const init = { method: 'POST', headers, body }
        const answer = await pass('/api/auth/sign-in/social', init, request, { clientAddress })
        if (answer.status === 429) return toSignIn('oidc_limited')
        const { url } = z.object({ url: z.url() }).parse(await answer.json())
        const sent = new Headers(answer.headers)
        for (const name of ['content-type', 'content-length']) sent.delete(name)
        sent.set('location', url)
        return new Response(null, { status: 302, headers: sent })
      }),
    callback: (request, clientAddress) =>
      orUnavailable(async () => {
        const { pathname, search } = new URL(request.url)
        const caller: Arriving = { clientAddress }
        const answer = await pass(pathname + search, { method: 'GET' }, request, caller)
        if (answer.status === 429) return toSignIn('oidc_limited')
        const location = answer.headers.get('location')
        if (answer.status !== 302 || location === null) return toSignIn('oidc_failed')
        const { pathname: led, searchParams } = new URL(location, publicUrl)
        const error = searchParams.get('error')
        if (error === null || !failurePaths.has(led)) return answer
        logger.warn({ error }, 'A sign-in through the OpenID Connect provider failed')
        const reason = reasonFor(error)
        // Somebody's address, without proof that it is theirs.
        if (reason === 'oidc_unverified' && caller.claimed !== undefined)
          input.failedSignIns.note({ email: caller.claimed, method: 'oidc', clientAddress })
        return toSignIn(reason)
      }),
  }
}
