import { GraphQLError } from 'graphql'
import { AppError } from './errors.ts'
import type { Logger } from './logger.ts'
import { currentTraceId } from './trace.ts'

/** Turns what a resolver threw into what the caller may see: coded errors as they are, anything else masked and logged. */
export function maskGraphQLError(error: unknown, logger: Logger): GraphQLError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error
  const place =
    error instanceof GraphQLError
      ? { ...(error.nodes ? { nodes: error.nodes } : {}), ...(error.path ? { path: error.path } : {}) }
      : {}
  if (original instanceof AppError) {
    return new GraphQLError(original.message, {
      ...place,
      extensions: {
        code: original.code,
        ...(original.issues.length ? { issues: original.issues } : {}),
        ...(original.retryAfterSeconds === undefined
          ? {}
          : { retryAfterSeconds: original.retryAfterSeconds }),
      },
    })
  }
  if (original instanceof GraphQLError) {
    const { code, http } = original.extensions
    return new GraphQLError(original.message, {
      ...place,
      extensions: { code: typeof code === 'string' ? code : 'graphql.invalid', ...(http ? { http } : {}) },
    })
  }
  const traceId = currentTraceId()
  logger.error({ err: original }, 'A request failed')
  return new GraphQLError(
    'This failed inside Quillworks. Nothing was changed; the log has the reason under this trace id.',
    {
      ...place,
      extensions: { code: 'internal', ...(traceId ? { traceId } : {}) },
    },
  )
}
