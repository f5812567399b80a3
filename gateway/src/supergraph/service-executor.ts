import type { ExecutionResult, Executor } from '@graphql-tools/utils'
import { clientAddressHeader } from '@quillworks/service-kit/audit-question'
import { AppError } from '@quillworks/service-kit/errors'
import { identityHeader } from '@quillworks/service-kit/identity'
import { currentTraceparent } from '@quillworks/service-kit/trace'
import { type DocumentNode, GraphQLError, print } from 'graphql'
import { z } from 'zod'
import { type GatewayContext, requireIdentity } from '../context.ts'
import type { SignIdentity } from '../identity/principal/identity-signer.ts'

const deadlineMs = 15_000

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
})

/** The parts of a request that are sent on. */
interface Sent {
  document: DocumentNode
  variables?: unknown
  operationName?: string | undefined
  context?: GatewayContext | undefined
  signal?: AbortSignal | undefined
}

const printed = new WeakMap<DocumentNode, string>()
function printOnce(document: DocumentNode): string {
  const known = printed.get(document) ?? print(document)
  printed.set(document, known)
  return known
}

function coded(error: AppError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code } })
}

function unavailable(service: string, cause: unknown): GraphQLError {
  return coded(
    new AppError(
      'service.unavailable',
      `The ${service} service does not answer now. Try again in a moment.`,
      {
        cause,
        retryAfterSeconds: 2,
      },
    ),
  )
}

/**
 * Runs `work` with a signal that ends it with the caller's or after 15 seconds. The timer goes with the work: one that
 * is left to itself, as `AbortSignal.timeout` leaves it, is kept for the whole time.
 */
async function withDeadline<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const leave = () => controller.abort()
  const timer = setTimeout(leave, deadlineMs)
  signal.addEventListener('abort', leave)
  if (signal.aborted) leave()
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}

/**
 * Sends a part of an operation to one service, in the name of the caller, within 15 seconds. A service that is down or
 * answers nonsense gives `service.unavailable` for its own fields; nothing of the request shows in an error.
 */
export function createServiceExecutor(input: {
  service: string
  url: string
  signIdentity: SignIdentity
}): Executor<GatewayContext> {
  const endpoint = new URL('/graphql', input.url).href

  async function ask(request: Sent): Promise<ExecutionResult> {
    const { context } = request
    if (!context) throw new Error('An operation came without its context.')
    const identity = requireIdentity(context)
    const traceparent = currentTraceparent()
    const body = JSON.stringify({
      query: printOnce(request.document),
      ...(request.variables ? { variables: request.variables } : {}),
      ...(request.operationName ? { operationName: request.operationName } : {}),
    })
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      [identityHeader]: await input.signIdentity(identity, input.service),
      ...(context.clientAddress ? { [clientAddressHeader]: context.clientAddress } : {}),
      ...(traceparent ? { traceparent } : {}),
    }
    const received = await withDeadline(request.signal ?? context.request.signal, async (signal) => {
      const response = await fetch(endpoint, { method: 'POST', headers, body, signal })
      return response.json()
    })
    const answer = answerSchema.parse(received)
    if (answer.data === undefined && !answer.errors)
      throw new Error('An answer with neither data nor errors.')
    return {
      data: answer.data,
      ...(answer.errors
        ? {
            errors: answer.errors.map(
              ({ message, path, extensions }) =>
                new GraphQLError(message, { ...(path ? { path } : {}), extensions: extensions ?? {} }),
            ),
          }
        : {}),
    }
  }

  return async (request) => {
    try {
      return (await ask(request)) as never
    } catch (error) {
      const shown = error instanceof AppError ? coded(error) : unavailable(input.service, error)
      return { errors: [shown] } as never
    }
  }
}
