import { AppError, invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { type DocumentNode, parse } from 'graphql'
import { z } from 'zod'
import { statusFor } from '../edge/problem.ts'
import { executionSchema, type ExecutionStatusBody, isPending, statusSelection } from './status-body.ts'

/** One execution asked for; with the revision that the caller has, it is answered only where there is a newer one. */
export interface AskedStatus {
  id: string
  revision: number | undefined
}

/** Why nothing is told of one id: the status and code that `GET /api/executions/:id` would have answered. */
interface StatusError {
  id: string
  status: number
  code: string
  message: string
}

/** Each id that was asked for stands in one of `executions`, `unchanged` and `errors`, once. */
export interface BatchStatus {
  executions: ExecutionStatusBody[]
  /** Ids of those that are still at the revision that the caller has. */
  unchanged: string[]
  errors: StatusError[]
  /** Something asked for, changed or not, goes on by itself. */
  hasPending: boolean
}

/** Runs a query in the caller's name and gives its data. */
type Ask = (document: DocumentNode, variables: Record<string, unknown>) => Promise<unknown>

/** The most ids that executions takes in one filter. */
const mostAtOnce = 100

const listOf = (selection: string) =>
  parse(`query ($ids: [ID!]!, $first: Int) {
    executions(filter: { ids: $ids, track: null }, first: $first) { edges { node { ${selection} } } }
  }`)
export const statusQuery = listOf(statusSelection)
export const revisionQuery = listOf('id revision status waiting { for }')

const answerSchema = z.object({
  executions: z.object({ edges: z.array(z.object({ node: executionSchema })) }),
})

const entrySchema = z.union([
  z.string(),
  z.object({ id: z.string(), revision: z.number().int().min(0).optional() }),
])

/** The entries of a batch request's JSON body, ids or `{ id, revision }`, each id once; 1 to `most` of them. */
export async function readAsked(request: Request, most: number): Promise<AskedStatus[]> {
  const body: unknown = await request.json().catch(() => undefined)
  const parsed = z.object({ ids: z.array(entrySchema) }).safeParse(body)
  if (!parsed.success)
    throw new AppError('input.invalid', 'Send JSON of the form {"ids": ["…", {"id": "…", "revision": 7}]}.')
  const { ids } = parsed.data
  if (ids.length === 0 || ids.length > most) {
    const message = `Ask for 1 to ${most} executions at once; these are ${ids.length}.`
    throw invalidInput([{ path: ['ids'], message }], message)
  }
  const asked = new Map<string, AskedStatus>()
  for (const entry of ids) {
    const { id, revision } = typeof entry === 'string' ? { id: entry } : entry
    asked.set(id, { id, revision: revision ?? asked.get(id)?.revision })
  }
  return [...asked.values()]
}

async function readAll(ask: Ask, document: DocumentNode, ids: string[]): Promise<ExecutionStatusBody[]> {
  const parts = Array.from({ length: Math.ceil(ids.length / mostAtOnce) }, (_, index) =>
    ids.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
  )
  const answers = await Promise.all(parts.map((part) => ask(document, { ids: part, first: part.length })))
  return answers.flatMap((data) => answerSchema.parse(data).executions.edges.map((edge) => edge.node))
}

function errorOf(id: string): StatusError {
  const { code, message } = isId(id)
    ? notFound('execution')
    : new AppError('input.invalid', 'An execution’s id is a UUID.')
  return { id, status: statusFor(code), code, message }
}

/**
 * What many executions are. Revisions are looked at first where the caller has some, so that what has not changed is
 * neither read nor sent.
 */
export async function readBatch({ asked, ask }: { asked: AskedStatus[]; ask: Ask }): Promise<BatchStatus> {
  const ids = asked.map(({ id }) => id).filter(isId)
  const known = new Map(asked.map(({ id, revision }) => [id, revision]))
  const isNew = ({ id, revision }: ExecutionStatusBody) => revision > (known.get(id) ?? -1)
  const looks = asked.some(({ revision }) => revision !== undefined)
    ? await readAll(ask, revisionQuery, ids)
    : undefined
  const changed = looks ? looks.filter(isNew).map(({ id }) => id) : ids
  const read = new Map((await readAll(ask, statusQuery, changed)).map((one) => [one.id, one]))
  const unchanged = new Map((looks ?? []).filter((look) => !isNew(look)).map((look) => [look.id, look]))
  const found = [...read.values(), ...unchanged.values()]
  const there = new Set(found.map(({ id }) => id))
  return {
    executions: asked.flatMap(({ id }) => read.get(id) ?? []),
    unchanged: asked.map(({ id }) => id).filter((id) => unchanged.has(id)),
    errors: asked.filter(({ id }) => !there.has(id)).map(({ id }) => errorOf(id)),
    hasPending: found.some(isPending),
  }
}
