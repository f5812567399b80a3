import { AppError, invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql'
import { z } from 'zod'
import type { GatewayContext } from '../context.ts'
import type { LiveSources } from '../live/live.graphql.ts'
import type { ExecuteSupergraph } from '../supergraph/supergraph-execution.ts'

/** What pollers are asked to keep to, in seconds, and how much they get at once. */
export const pollLimits = { intervalSeconds: 3, longestWaitSeconds: 30, batch: 100 }

const selection = `
  id kind name status revision track projectId visibility output
  waiting { for stepKey since until }
  source { type id name version }
  error { code message }
  progress { done total }
  usage { inputTokens outputTokens cachedTokens totalTokens costUsd unknownAttempts unpricedAttempts timeToFirstTokenMs }
  createdAt startedAt finishedAt updatedAt durationMs
`
export const executionQuery = parse(`query ($id: ID!) { execution(id: $id) { ${selection} } }`)
export const statusQuery = parse(`query ($ids: [ID!]!, $first: Int) {
  executions(filter: { ids: $ids, track: null }, first: $first) { edges { node { ${selection} } } }
}`)

/** Refuses what is no list of 1 to 100 ids, naming each that is none. */
function checkIds(ids: string[]): void {
  if (ids.length === 0 || ids.length > pollLimits.batch) {
    const message = `Ask for 1 to ${pollLimits.batch} executions at once; these are ${ids.length}.`
    throw invalidInput([{ path: ['ids'], message }], message)
  }
  const issues = ids.flatMap((id, index) =>
    isId(id) ? [] : [{ path: ['ids', index], message: 'An execution’s id is a UUID.' }],
  )
  if (issues.length > 0) throw invalidInput(issues, 'Some of the ids are none: an execution’s id is a UUID.')
}

const executionSchema = z.looseObject({ id: z.string(), revision: z.number(), status: z.string() })
export type ExecutionStatusBody = z.infer<typeof executionSchema>

const pending = new Set(['queued', 'running', 'waiting'])

/** True while a poller should ask again. */
export function isPending(execution: ExecutionStatusBody): boolean {
  return pending.has(execution.status)
}

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

  async function one(context: GatewayContext, id: string): Promise<ExecutionStatusBody> {
    if (!isId(id)) throw invalidInput([{ path: ['id'], message: 'An execution’s id is a UUID.' }])
    const data = await ask(context, executionQuery, { id })
    const { execution } = z.object({ execution: executionSchema.nullable() }).parse(data)
    if (!execution) throw notFound('execution')
    return execution
  }

  return {
    one,
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
    /** Many at once: those found, and the ids that are missing or foreign. */
    async many(
      context: GatewayContext,
      ids: string[],
    ): Promise<{ executions: ExecutionStatusBody[]; missing: string[] }> {
      const asked = [...new Set(ids)]
      checkIds(ids)
      const data = await ask(context, statusQuery, { ids: asked, first: asked.length })
      const edges = z.array(z.object({ node: executionSchema }))
      const found = z
        .object({ executions: z.object({ edges }) })
        .parse(data)
        .executions.edges.map((edge) => edge.node)
      const known = new Set(found.map((execution) => execution.id))
      return { executions: found, missing: asked.filter((id) => !known.has(id)) }
    },
  }
}

export type ExecutionStatus = ReturnType<typeof createExecutionStatus>

/** `wait` and `revision` of a long poll's address. */
export function readWait(url: URL): { waitSeconds: number; revision: number } {
  const read = (name: string) => {
    const text = url.searchParams.get(name)
    if (text === null) return undefined
    if (!/^\d{1,10}$/.test(text)) throw invalidInput([{ path: [name], message: 'A whole number from 0 on.' }])
    return Number(text)
  }
  const wait = read('wait') ?? 0
  return { waitSeconds: Math.min(wait, pollLimits.longestWaitSeconds), revision: read('revision') ?? 0 }
}

/** The ids of a batch request's JSON body. */
export async function readIds(request: Request): Promise<string[]> {
  const body: unknown = await request.json().catch(() => undefined)
  const parsed = z.object({ ids: z.array(z.string()) }).safeParse(body)
  if (!parsed.success) throw new AppError('input.invalid', 'Send JSON of the form {"ids": ["…"]}.')
  return parsed.data.ids
}
