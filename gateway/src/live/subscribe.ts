import { notFound } from '@quillworks/service-kit/errors'
import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getArgumentValues,
  GraphQLError,
  type GraphQLSchema,
  validate,
} from 'graphql'
import type { GatewayContext, GatewayPlugin } from '../context.ts'
import type { ExecutionView } from './execution-view.ts'
import { failureAsLastResult, failureAsResult } from './failing-stream.ts'
import type { LiveSources } from './live.graphql.ts'
import { sharedResults } from './shared-results.ts'
import type { ExecuteSupergraph } from '../supergraph/supergraph-execution.ts'
import { type ReadThrough, takeRevision, toReadThrough } from './read-through.ts'

const readAttempts = 4

/**
 * A stream in which each item is turned into another, or left out where that is undefined; leaving it leaves its source
 * at once.
 */
function mapStream<In, Out>(
  source: AsyncIterableIterator<In>,
  map: (value: In) => Promise<Out | undefined>,
): AsyncIterableIterator<Out> {
  const leave = async (): Promise<IteratorResult<Out>> => {
    await source.return?.()
    return { value: undefined, done: true }
  }
  return {
    async next() {
      for (;;) {
        const { value, done } = await source.next()
        if (done) return { value: undefined, done: true }
        const mapped = await map(value)
        if (mapped !== undefined) return { value: mapped, done: false }
      }
    },
    return: leave,
    throw: leave,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

// The states of others are told again at worst.
const maxTold = 1_000

/** The revisions that one subscriber has been told, by execution. */
function toldRevisions() {
  const told = new Map<string, number>()
  return {
    has: ({ id, revision }: ExecutionView) => (told.get(id) ?? 0) >= revision,
    add(id: string, revision: number): void {
      told.delete(id)
      told.set(id, revision)
      const [oldest] = told.keys()
      if (told.size > maxTold && oldest !== undefined) told.delete(oldest)
    },
  }
}
type ToldRevisions = ReturnType<typeof toldRevisions>

/**
 * Carries out subscriptions: from events alone where they can answer the whole selection, else by reading the whole
 * selection through the federated schema, at a revision no older than the event's.
 */
export function liveSubscriptions(input: {
  liveSchema: GraphQLSchema
  sources: LiveSources
  /** Reads what events cannot answer. */
  execute: ExecuteSupergraph
}): GatewayPlugin {
  const fromEvents = new WeakMap<DocumentNode, boolean>()
  const resultOf = sharedResults((args) => execute(args) as Promise<ExecutionResult> | ExecutionResult)

  function eventsAnswer(document: DocumentNode): boolean {
    const known = fromEvents.get(document) ?? validate(input.liveSchema, document).length === 0
    fromEvents.set(document, known)
    return known
  }

  async function read(
    args: ExecutionArgs,
    through: ReadThrough,
    view: ExecutionView,
    told: ToldRevisions,
  ): Promise<ExecutionResult | undefined> {
    // A state that was read for an earlier event may have been this newer one already.
    if (told.has(view)) return undefined
    let result: ExecutionResult = {}
    for (let attempt = 0; attempt < readAttempts; attempt += 1) {
      // A context of its own: what the stitched schema remembers of one event must not answer the next.
      const contextValue = { ...(args.contextValue as GatewayContext) }
      const variableValues = { ...args.variableValues, ...through.variables(view.id) }
      const answer = await input.execute({
        ...args,
        document: through.document,
        variableValues,
        contextValue,
      })
      const taken = takeRevision(answer, through.responseKey)
      result = taken.result
      if (!result.errors) told.add(view.id, taken.revision)
      if (result.errors || taken.revision >= view.revision) break
    }
    if (result.data?.[through.responseKey] == null && !result.errors) {
      const originalError = notFound('execution')
      const error = new GraphQLError(originalError.message, { path: [through.responseKey], originalError })
      return { data: null, errors: [error] }
    }
    return result
  }

  async function readThrough(args: ExecutionArgs, through: ReadThrough) {
    const definition = args.schema.getSubscriptionType()?.getFields()[through.source]
    if (!definition) throw new Error(`The supergraph has no subscription ${through.source}.`)
    const context = args.contextValue as GatewayContext
    const values = getArgumentValues(definition, through.field, args.variableValues)
    const states =
      through.source === 'executionUpdated'
        ? await input.sources.executionUpdated(context, { id: String(values['id']) })
        : await input.sources.executionsUpdated(context, values)
    const told = toldRevisions()
    return mapStream(states, (view) => read(args, through, view, told))
  }

  async function start(
    args: ExecutionArgs,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
    if (eventsAnswer(args.document)) {
      const live = { ...args, schema: input.liveSchema }
      const events = await createSourceEventStream(live)
      if (!(Symbol.asyncIterator in events)) return events
      return mapStream(events as AsyncIterableIterator<unknown>, (event) => resultOf(live, event))
    }
    const through = toReadThrough(args.document, args.operationName)
    if (!through) throw new Error('A subscription that neither events nor a read can answer.')
    return readThrough(args, through)
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((async (args: ExecutionArgs) => {
        const answer = await failureAsResult(() => start(args))
        return Symbol.asyncIterator in answer ? failureAsLastResult(answer) : answer
      }) as never)
    },
  }
}
