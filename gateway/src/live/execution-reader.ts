import type { Executor } from '@graphql-tools/utils'
import { AppError } from '@quillworks/service-kit/errors'
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import { z } from 'zod'
import type { GatewayContext } from '../context.ts'
import { executionViewSchema, type ExecutionView } from './execution-view.ts'
import { hotSelection } from './live.schema.ts'

const entities = (selection: string) =>
  parse(`query ($of: [_Any!]!) { _entities(representations: $of) { ... on Execution { ${selection} } } }`)
const viewsQuery = entities(hotSelection)
const revisionsQuery = entities('id revision')
const stepsQuery = entities('id revision status steps { key status attempt output }')
const newestQuery = parse(`query ($first: Int) {
  executions(filter: { track: null }, first: $first) { edges { node { ${hotSelection} } } }
}`)
const eventsQuery = parse(`query ($id: ID!, $afterRevision: Int, $first: Int) {
  executionEvents(id: $id, afterRevision: $afterRevision, first: $first) {
    edges { node { revision type stepKey at data } }
  }
}`)

const revisionSchema = z.object({ id: z.string(), revision: z.number() })
const stepSchema = z.object({ key: z.string(), status: z.string(), attempt: z.number(), output: z.unknown() })
const stepsSchema = z.object({
  id: z.string(),
  revision: z.number(),
  status: z.string(),
  steps: z.array(stepSchema),
})
const eventSchema = z.object({
  revision: z.number(),
  type: z.string(),
  stepKey: z.string().nullable(),
  at: z.string(),
  data: z.unknown(),
})

export type StepText = z.infer<typeof stepSchema>
export type StoredEvent = z.infer<typeof eventSchema>
/** What reading in someone's name needs. */
export type Reader = GatewayContext

function failure(error: GraphQLError): AppError {
  const { code } = error.extensions
  return new AppError(typeof code === 'string' ? code : 'internal', error.message, { cause: error })
}

/** Reads executions in the name of a caller; what that caller may not see is not there. */
export function createExecutionReader(input: { executor: Executor<GatewayContext> }) {
  async function ask(
    context: Reader,
    document: DocumentNode,
    variables: Record<string, unknown>,
  ): Promise<unknown> {
    const answer = await input.executor({ document, variables, context })
    if (Symbol.asyncIterator in answer) throw new Error('A query gave a stream.')
    const [error] = answer.errors ?? []
    if (error) throw failure(error)
    return answer.data
  }

  async function askEntities<T>(
    context: Reader,
    document: DocumentNode,
    ids: string[],
    schema: z.ZodType<T>,
  ) {
    const of = ids.map((id) => ({ __typename: 'Execution', id }))
    const data = await ask(context, document, { of })
    return z.object({ _entities: z.array(schema.nullable()) }).parse(data)._entities
  }

  return {
    /** The execution's hot fields as they are now; undefined when missing or foreign. */
    async view(context: Reader, id: string): Promise<ExecutionView | undefined> {
      const [view] = await askEntities(context, viewsQuery, [id], executionViewSchema)
      return view ?? undefined
    },
    async views(context: Reader, ids: string[]): Promise<ExecutionView[]> {
      const views = await askEntities(context, viewsQuery, ids, executionViewSchema)
      return views.filter((view) => view !== null)
    },
    /** The executions made last. */
    async newest(context: Reader, first: number): Promise<ExecutionView[]> {
      const data = await ask(context, newestQuery, { first })
      const edges = z.array(z.object({ node: executionViewSchema }))
      return z
        .object({ executions: z.object({ edges }) })
        .parse(data)
        .executions.edges.map((edge) => edge.node)
    },
    /** Revision by id, of those that are visible. */
    async revisions(context: Reader, ids: string[]): Promise<Map<string, number>> {
      const found = await askEntities(context, revisionsQuery, ids, revisionSchema)
      return new Map(found.flatMap((one) => (one ? [[one.id, one.revision] as const] : [])))
    },
    /** The execution's steps with their stored text; undefined when missing or foreign. */
    async steps(context: Reader, id: string): Promise<z.infer<typeof stepsSchema> | undefined> {
      const [found] = await askEntities(context, stepsQuery, [id], stepsSchema)
      return found ?? undefined
    },
    /** Stored events after a revision, oldest first, `first` at most. */
    async events(context: Reader, id: string, afterRevision: number, first: number): Promise<StoredEvent[]> {
      const data = await ask(context, eventsQuery, { id, afterRevision, first })
      const connection = z.object({ edges: z.array(z.object({ node: eventSchema })) })
      const { executionEvents } = z.object({ executionEvents: connection }).parse(data)
      return executionEvents.edges.map((edge) => edge.node)
    },
  }
}

export type ExecutionReader = ReturnType<typeof createExecutionReader>
