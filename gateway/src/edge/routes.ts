import { clientAddressHeader } from '@quillworks/service-kit/audit-question'
import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import { localAdminPrefix, verifyLocalAdmin } from '@quillworks/service-kit/local-admin'
import { runWithTrace } from '@quillworks/service-kit/trace'
import { Elysia } from 'elysia'
import { type GatewayContext, requireIdentity } from '../context.ts'
import { createLocalOwnerLink } from '../identity/local-owner/local-owner.usecases.ts'
import { oidcCallbackPath } from '../identity/oidc/oidc-settings.ts'
import { type Authenticate, credentialsOf } from '../identity/principal/authenticate.ts'
import type { ExecutionStatus } from '../rest/executions.rest.ts'
import { getExecution, getExecutionByKey, postStatus } from '../rest/routes.ts'
import { checkAccept } from './accept.ts'
import { codedAuthAnswer } from './auth-answer.ts'
import { callerOf } from './authentication.ts'
import { withHeartbeats } from './event-stream.ts'
import { isOwnOrigin } from './origin.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { problem } from './problem.ts'
import { checkRate, type RateLimiter } from './rate-limit.ts'
import { type Part, readiness } from './readiness.ts'

/** The paths of better-auth that are open; accounts and members are changed through GraphQL. */
const authPaths = new Map([
  ['/api/auth/sign-in/email', 'POST'],
  ['/api/auth/sign-out', 'POST'],
  ['/api/auth/get-session', 'GET'],
  ['/api/auth/local-link', 'GET'],
])

export interface RouteDependencies {
  answer: PlainAnswer
  status: ExecutionStatus
  authenticate: Authenticate
  dependencies: GatewayContext['dependencies']
  limiter: RateLimiter
  parts: Part[]
  /** Whether GraphiQL is served, so that GET /graphql may be a page. */
  pages: boolean
  web: ((request: Request, clientAddress: string) => Promise<Response>) | undefined
  clientAddress: (request: Request) => string
  /** Aborts when the gateway begins to stop. */
  stopping: AbortSignal
  logger: Logger
}

function checkMethod(request: Request, ...methods: string[]): void {
  if (!methods.includes(request.method))
    throw new AppError('method.not_allowed', `Use ${methods.join(' or ')}.`)
}

function checkJson(request: Request): void {
  if (request.method !== 'POST') return
  const type = request.headers.get('content-type')
  if (type === null) throw new AppError('input.invalid', 'Send a JSON body with its content type.')
  if (/^application\/json\s*(;|$)/i.test(type)) return
  throw new AppError('body.not_json', 'Send the body as application/json.')
}

/** What a GET says in JSON inside its address. */
function checkAddress(request: Request): void {
  const { searchParams } = new URL(request.url)
  for (const name of ['variables', 'extensions']) {
    const text = searchParams.get(name)
    if (!text) continue
    try {
      JSON.parse(text)
    } catch (cause) {
      throw new AppError('input.invalid', `Write ${name} as JSON.`, { cause })
    }
  }
}

/** True for who reads pages: a program that asks for an unknown path is told so by a code. */
function takesPage(request: Request): boolean {
  return request.headers.get('accept')?.toLowerCase().includes('text/html') ?? false
}

/** The edge's routes; each answer that fails is a coded error, each request is a span of its caller's trace. */
export function createRoutes(deps: RouteDependencies) {
  const { status, authenticate, dependencies, limiter, logger } = deps

  async function contextOf(request: Request): Promise<GatewayContext> {
    if (request.method !== 'GET' && !isOwnOrigin(request.headers, dependencies.publicUrl)) {
      throw new AppError('auth.foreign_origin', 'Pages of other origins cannot do this.')
    }
    const address = deps.clientAddress(request)
    const caller = await callerOf(authenticate, credentialsOf(request.headers), address)
    checkRate(limiter, caller.identity?.principal ?? `address:${address}`)
    return { ...caller, request, dependencies }
  }

  const answer = (request: Request, work: () => Promise<Response>): Promise<Response> =>
    runWithTrace(request.headers.get('traceparent'), async () => {
      try {
        return await work()
      } catch (error) {
        return problem(error, logger)
      }
    })

  async function execution(request: Request, id: string): Promise<Response> {
    checkMethod(request, 'GET')
    const context = await contextOf(request)
    requireIdentity(context)
    return getExecution(status, context, id)
  }

  async function executionByKey(request: Request): Promise<Response> {
    checkMethod(request, 'GET')
    const context = await contextOf(request)
    requireIdentity(context)
    return getExecutionByKey(status, context)
  }

  async function statuses(request: Request): Promise<Response> {
    checkMethod(request, 'POST')
    checkJson(request)
    const context = await contextOf(request)
    requireIdentity(context)
    return postStatus(status, context)
  }

  async function ask(request: Request): Promise<Response> {
    checkMethod(request, 'GET', 'POST')
    checkJson(request)
    checkAddress(request)
    checkAccept(request, deps)
    return withHeartbeats(await deps.answer(await contextOf(request)), deps.stopping)
  }

  async function signIn(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const method = authPaths.get(pathname)
    if (!method) throw new AppError('route.not_found', 'There is nothing here.')
    checkMethod(request, method)
    if (!isOwnOrigin(request.headers, dependencies.publicUrl)) {
      throw new AppError('auth.foreign_origin', 'Pages of other origins cannot do this.')
    }
    if (pathname.endsWith('/sign-in/email')) checkJson(request)
    const headers = new Headers(request.headers)
    headers.set(clientAddressHeader, deps.clientAddress(request))
    return codedAuthAnswer(await dependencies.auth.handler(new Request(request, { headers })), pathname)
  }

  async function oidc(request: Request, step: 'start' | 'callback'): Promise<Response> {
    checkMethod(request, 'GET')
    const provider = dependencies.oidc
    if (!provider) throw new AppError('route.not_found', 'There is nothing here.')
    return provider[step](request, deps.clientAddress(request))
  }

  async function localOwnerLink(request: Request): Promise<Response> {
    checkMethod(request, 'POST')
    const token = request.headers.get('authorization')?.replace(/^Bearer /i, '') ?? ''
    if (!token.startsWith(localAdminPrefix))
      throw new AppError('auth.unauthenticated', 'This needs the secret.')
    await verifyLocalAdmin({ secret: dependencies.secret, token })
    return Response.json(await createLocalOwnerLink(dependencies), {
      headers: { 'cache-control': 'no-store' },
    })
  }

  async function page(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const own = /^\/api(\/|$)/.test(pathname) || pathname.startsWith('/internal/')
    if (own || !deps.web) throw new AppError('route.not_found', 'There is nothing here.')
    const answer = await deps.web(request, deps.clientAddress(request))
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') ?? false
    if (answer.status !== 404 || !isPage || takesPage(request)) return answer
    await answer.body?.cancel()
    throw new AppError('route.not_found', 'There is nothing here.')
  }

  const raw = { parse: 'none' } as const
  return new Elysia()
    .get('/healthz', () => ({ status: 'ok', service: 'gateway' }))
    .get('/readyz', () => readiness(deps.parts))
    .all('/graphql', ({ request }) => answer(request, () => ask(request)), raw)
    .all('/api/executions', ({ request }) => answer(request, () => executionByKey(request)), raw)
    .all('/api/executions/status', ({ request }) => answer(request, () => statuses(request)), raw)
    .all(
      '/api/executions/:id',
      ({ request, params }) => answer(request, () => execution(request, params.id)),
      raw,
    )
    .all(
      '/api/jobs/:id/status',
      ({ request, params }) => answer(request, () => execution(request, params.id)),
      raw,
    )
    .all(
      '/api/ai/jobs/:id/status',
      ({ request, params }) => answer(request, () => execution(request, params.id)),
      raw,
    )
    .all('/api/auth/oidc', ({ request }) => answer(request, () => oidc(request, 'start')), raw)
    .all(oidcCallbackPath, ({ request }) => answer(request, () => oidc(request, 'callback')), raw)
    .all('/api/auth/*', ({ request }) => answer(request, () => signIn(request)), raw)
    .all('/internal/local-owner-link', ({ request }) => answer(request, () => localOwnerLink(request)), raw)
    .all('/*', ({ request }) => answer(request, () => page(request)), raw)
}
