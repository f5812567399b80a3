import type { ExecutionResult } from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { ExecuteSupergraph } from '../supergraph/supergraph-execution.ts'
import { checkParams, checkSignedIn } from './graphql-guards.ts'
import type { GraphQLHandler } from './graphql-handler.ts'
import type { KnownDocuments } from './known-documents.ts'
import { checkDocument } from './limits.ts'

const json = 'application/json'
const response = 'application/graphql-response+json'
/** The media type of an answer, for the usual ways to ask for it. */
const mediaTypes = new Map([
  ['*/*', json],
  [json, json],
  [`${json},*/*`, json],
  [response, response],
  [`${response},${json}`, response],
  [`${response},${json};q=0.9`, response],
])

function mediaTypeFor(headers: Headers): string | undefined {
  return mediaTypes.get((headers.get('accept') || '*/*').replaceAll(' ', '').toLowerCase())
}

interface Params {
  query: string
  variables: Record<string, unknown>
  operationName: string | undefined
}

const known = new Set(['query', 'variables', 'operationName'])

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A body of the plain shape; undefined for any other, also for one that is wrong. */
function readParams(text: string): Params | undefined {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(body) || !Object.keys(body).every((key) => known.has(key))) return undefined
  const { query, variables, operationName } = body
  if (typeof query !== 'string') return undefined
  if (variables != null && !isObject(variables)) return undefined
  if (operationName != null && typeof operationName !== 'string') return undefined
  return { query, variables: variables ?? {}, operationName: operationName ?? undefined }
}

/** True where the checks that depend on variables and caller let the request through; who refuses says why elsewhere. */
function passes(check: () => void): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

/**
 * Answers POSTs of documents that are known already, without what a GraphQL server does around an execution; it is
 * most of the cost of a small query. Everything else, refusals and errors too, goes through `graphql`.
 */
export function createPlainAnswer(input: {
  graphql: GraphQLHandler
  documents: KnownDocuments
  execute: ExecuteSupergraph
}) {
  async function answered(params: Params, context: GatewayContext): Promise<ExecutionResult | undefined> {
    const { query, variables, operationName } = params
    const document = input.documents.find(query)
    if (!document) return undefined
    const allowed = passes(() => {
      checkParams(params)
      checkDocument(document, variables)
      checkSignedIn(document, operationName, context)
    })
    if (!allowed) return undefined
    let left = false
    const result = await input.execute(
      {
        schema: undefined as never,
        document,
        variableValues: variables,
        operationName,
        contextValue: context,
      },
      () => {
        left = true
        return {}
      },
    )
    return left ? undefined : result
  }

  return async (context: GatewayContext): Promise<Response> => {
    const { request, identity, reauthenticate, clientAddress } = context
    const caller = { identity, reauthenticate, clientAddress }
    const mediaType = request.method === 'POST' ? mediaTypeFor(request.headers) : undefined
    if (!mediaType) return input.graphql.fetch(request, caller)
    const text = await request.text()
    const params = readParams(text)
    const result = params && (await answered(params, { ...context }))
    if (result && !result.errors?.length) {
      return new Response(JSON.stringify(result), {
        headers: { 'content-type': `${mediaType}; charset=utf-8` },
      })
    }
    const { url, headers, signal } = request
    const again = new Request(url, { method: 'POST', headers, signal, body: text })
    return input.graphql.fetch(again, { ...caller, answered: result })
  }
}

export type PlainAnswer = ReturnType<typeof createPlainAnswer>
