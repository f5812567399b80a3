import { AppError, type Issue } from '@quillworks/service-kit/errors'
import type { Logger } from '@quillworks/service-kit/logger'
import { currentTraceId } from '@quillworks/service-kit/trace'
import { GraphQLError, type GraphQLErrorOptions } from 'graphql'
import { argumentPlace } from './argument-place.ts'

const shownExtensions = ['code', 'issues', 'retryAfterSeconds', 'traceId', 'http'] as const

/** Codes that a GraphQL answer carries in its status too. */
const ownStatus = new Map([
  ['auth.unauthenticated', 401],
  ['accept.unsupported', 406],
])

function place(error: unknown): Pick<GraphQLErrorOptions, 'path' | 'nodes'> {
  if (!(error instanceof GraphQLError)) return {}
  return { ...(error.path ? { path: error.path } : {}), ...(error.nodes ? { nodes: error.nodes } : {}) }
}

/** The innermost error: stitching wraps what a service said, one by one or several together. */
function innermost(error: unknown): unknown {
  let current = error
  for (let depth = 0; depth < 8; depth += 1) {
    if (current instanceof AggregateError) current = current.errors[0]
    else if (current instanceof GraphQLError && current.originalError) current = current.originalError
    else break
  }
  return current
}

/** What yoga itself refuses, such as a body that is no JSON: its message is meant for the caller. */
function isRefusal(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError) || error.originalError instanceof AppError) return false
  const status: unknown = error.extensions.http?.status
  return typeof status === 'number' && status >= 400 && status < 500
}

const bodyShape = 'Send one JSON object: {"query": "…", "variables": {…}, "operationName": "…"}.'

/** Yoga's words about a body are for programmers. */
function isBodyShape(error: GraphQLError): boolean {
  return error.extensions['code'] === 'BAD_REQUEST' && /expected|received/i.test(error.message)
}

function isInputProblem(message: string): boolean {
  return message.startsWith('Variable "$')
}

/** What is wrong with which argument, where GraphQL refused a variable; its words alone say in which part of it. */
function variableIssues({ message, nodes }: GraphQLError): Issue[] {
  const [, variable] = /^Variable "\$(\w+)"/.exec(message) ?? []
  if (variable === undefined) return []
  const [, at = '', reason] =
    /^[^]* got invalid value (?:[^]* at "\w+([^"]*)"|[^]*?); ([^]*)$/.exec(message) ?? []
  const inside = [...at.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index))
  const path = argumentPlace(nodes?.[0]?.loc?.source.body, [variable, ...inside])
  return [{ path, message: reason ?? message }]
}

/** The code of an error that GraphQL itself found in the document or its variables. */
function graphqlCode(error: GraphQLError): string {
  const code = error.extensions['code']
  if (error.extensions.http?.status === 405) return 'method.not_allowed'
  if (typeof code === 'string' && !/^[A-Z_]+$/.test(code)) return code
  return code === 'BAD_REQUEST' || isInputProblem(error.message) ? 'input.invalid' : 'graphql.invalid'
}

/** What the caller may see of an error: coded ones with code and issues, all else as `internal` with the trace id. */
export function maskError(error: unknown, logger: Logger): GraphQLError {
  const inner = isRefusal(error) ? error : innermost(error)
  if (inner instanceof AppError) {
    const { code, issues, retryAfterSeconds } = inner
    const status = ownStatus.get(code)
    return new GraphQLError(inner.message, {
      ...place(error),
      extensions: {
        code,
        ...(issues.length > 0 ? { issues } : {}),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(status === undefined ? {} : { http: { status } }),
      },
    })
  }
  if (inner instanceof GraphQLError) {
    const { extensions } = inner
    const shown = Object.fromEntries(
      shownExtensions
        .filter((name) => extensions[name] !== undefined)
        .map((name) => [name, extensions[name]]),
    )
    const issues = shown['issues'] === undefined ? variableIssues(inner) : []
    // Yoga answers 200 to a body that is no JSON where only application/json is accepted; 400 is what is asked for.
    if (extensions['code'] === 'BAD_REQUEST') shown['http'] = { ...extensions.http, spec: false }
    return new GraphQLError(isBodyShape(inner) ? bodyShape : inner.message, {
      ...place(error),
      extensions: { ...shown, ...(issues.length > 0 ? { issues } : {}), code: graphqlCode(inner) },
    })
  }
  logger.error({ err: inner }, 'A request failed')
  const traceId = currentTraceId()
  return new GraphQLError('This failed inside Quillworks. The log has the reason under this trace id.', {
    ...place(error),
    extensions: { code: 'internal', ...(traceId ? { traceId } : {}) },
  })
}
