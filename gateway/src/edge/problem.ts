import { AppError } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import { GraphQLError } from 'graphql'
import { maskError } from './mask-error.ts'

const statusOf: Record<string, number> = {
  'auth.unauthenticated': 401,
  'auth.forbidden': 403,
  'auth.foreign_origin': 403,
  'input.invalid': 400,
  'rate.limited': 429,
  'service.unavailable': 503,
  'service.restarting': 503,
  'database.timeout': 503,
  'body.too_large': 413,
  'body.not_json': 415,
  'method.not_allowed': 405,
  'accept.unsupported': 406,
  'auth.wrong_password': 401,
}

/** The HTTP status of a coded error. */
export function statusFor(code: string): number {
  return statusOf[code] ?? (code.endsWith('.not_found') ? 404 : code === 'internal' ? 500 : 400)
}

/** A coded error as `{ errors: [{ message, extensions }] }`, the same for REST and GraphQL. */
export function problem(error: unknown, logger: Logger): Response {
  const wrapped =
    error instanceof AppError ? new GraphQLError(error.message, { originalError: error }) : error
  const { message, extensions } = maskError(wrapped, logger)
  const { http: _status, ...shown } = extensions
  const status = statusFor(String(shown['code']))
  const headers = new Headers()
  if (typeof shown['retryAfterSeconds'] === 'number')
    headers.set('retry-after', String(shown['retryAfterSeconds']))
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  return Response.json({ errors: [{ message, extensions: shown }] }, { status, headers })
}
