import { invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql'
import { z } from 'zod'
import type { GatewayContext } from '../context.ts'
import type { LiveSources } from '../live/live.graphql.ts'
import type { ExecuteSupergraph } from '../supergraph/supergraph-execution.ts'
import { executionSchema, type ExecutionStatusBody, statusSelection } from './status-body.ts'
import { type AskedStatus, type BatchStatus, readBatch } from './status-batch.ts'

/** What pollers are asked to keep to, in seconds, and how much they get at once. */
export interface PollLimits {
  intervalSeconds: number
  /** No client should be set to ask more often. */
  leastIntervalSeconds: number
  longestWaitSeconds: number
  batch: number
}

export const byKeyQuery = parse(
  `query ($key: String!) { executionByKey(idempotencyKey: $key) { ${statusSelection} } }`,
)
export const executionQuery = parse(`query ($id: ID!) { execution(id: $id) { ${statusSelection} } }`)
/** The entity tag of an execution at a revision. */
export function etagOf(execution: ExecutionStatusBody): string {
  return `"${execution.id}.${execution.revision}"`
}

/** True if a client's `If-None-Match` names this state already. */
export function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (!ifNoneMatch) return false
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*')
}

/** Reading executions for pollers: the same fields as GraphQL, with their revision. */
export function createExecutionStatus(input: {
  schema: GraphQLSchema
  sources: LiveSources
  execute: ExecuteSupergraph
  limits: PollLimits
}) {
  async function ask(context: GatewayContext, document: DocumentNode, variables: Record<string, unknown>) {
    const answer = await input.execute({
      schema: input.schema,
      document,
      variableValues: variables,
      contextValue: { ...context },
    })
    const [error] = answer.errors ?? []
    if (error) throw error
    return answer.data
  }

  /** What the caller started with an idempotency key of theirs. */
  async function byKey(context: GatewayContext, key: string): Promise<ExecutionStatusBody> {
    const data = await ask(context, byKeyQuery, { key })
    const { executionByKey } = z.object({ executionByKey: executionSchema.nullable() }).parse(data)
    if (!executionByKey) throw notFound('execution')
    return executionByKey
  }

  async function one(context: GatewayContext, id: string): Promise<ExecutionStatusBody> {
    if (!isId(id)) throw invalidInput([{ path: ['id'], message: 'An execution’s id is a UUID.' }])
    const data = await ask(context, executionQuery, { id })
    const { execution } = z.object({ execution: executionSchema.nullable() }).parse(data)
    if (!execution) throw notFound('execution')
    return execution
  }

  return {
    one,
    byKey,
    /** Answers as soon as the execution is beyond `revision`, or after `waitSeconds` as it is then. */
    async newerThan(
      context: GatewayContext,
      request: { id: string; revision: number; waitSeconds: number },
    ): Promise<ExecutionStatusBody> {
      const now = await one(context, request.id)
      if (now.revision > request.revision || request.waitSeconds === 0) return now
      const states = await input.sources.executionUpdated(context, { id: request.id })
      const leave = () => void states.return()
      const timer = setTimeout(leave, request.waitSeconds * 1_000)
      context.request.signal.addEventListener('abort', leave)
      try {
        for await (const state of states) if (state.revision > request.revision) break
      } finally {
        clearTimeout(timer)
        context.request.signal.removeEventListener('abort', leave)
        leave()
      }
      return one(context, request.id)
    },
    /** What many are, as `POST /api/executions/status` answers it. */
    many: (context: GatewayContext, asked: AskedStatus[]): Promise<BatchStatus> =>
      readBatch({ asked, ask: (document, variables) => ask(context, document, variables) }),
    limits: input.limits,
  }
}

export type ExecutionStatus = ReturnType<typeof createExecutionStatus>

/** `wait` and `revision` of a long poll's address. */
export function readWait(url: URL, longestWaitSeconds: number): { waitSeconds: number; revision: number } {
  const read = (name: string) => {
    const text = url.searchParams.get(name)
    if (text === null) return undefined
    if (!/^\d{1,10}$/.test(text)) throw invalidInput([{ path: [name], message: 'A whole number from 0 on.' }])
    return Number(text)
  }
  const wait = read('wait') ?? 0
  return { waitSeconds: Math.min(wait, longestWaitSeconds), revision: read('revision') ?? 0 }
}
