import { makeExecutableSchema } from '@graphql-tools/schema'
import type { GraphQLSchema } from 'graphql'
import type { GatewayContext } from '../context.ts'
import type { LiveDependencies } from './dependencies.ts'
import { executionEvents } from './execution-events.ts'
import { executionStream, type StreamRequest } from './execution-stream.ts'
import { executionsUpdated, executionUpdated, type LiveFilter } from './execution-updated.ts'
import { liveTypeDefs } from './live.schema.ts'

/** The sources of the subscriptions, by field. */
export function createLiveSources(deps: LiveDependencies) {
  return {
    executionUpdated: (context: GatewayContext, args: { id: string }) =>
      executionUpdated(deps, context, args.id),
    executionsUpdated: (context: GatewayContext, args: { filter?: LiveFilter | null }) =>
      executionsUpdated(deps, context, args.filter ?? {}),
    executionEvents: (context: GatewayContext, args: { id: string; afterRevision?: number | null }) =>
      executionEvents(deps, context, { id: args.id, afterRevision: args.afterRevision ?? 0 }),
    executionStream: (context: GatewayContext, args: StreamRequest) => executionStream(deps, context, args),
  }
}
export type LiveSources = ReturnType<typeof createLiveSources>

/** The gateway's own subgraph `live`: every selection that events alone can answer. */
export function createLiveSchema(sources: LiveSources): GraphQLSchema {
  const field = <Args>(subscribe: (context: GatewayContext, args: Args) => unknown) => ({
    subscribe: (_root: unknown, args: Args, context: GatewayContext) => subscribe(context, args),
    resolve: (value: unknown) => value,
  })
  return makeExecutableSchema({
    typeDefs: liveTypeDefs,
    resolvers: {
      Subscription: {
        executionUpdated: field(sources.executionUpdated),
        executionsUpdated: field(sources.executionsUpdated),
        executionEvents: field(sources.executionEvents),
        executionStream: field(sources.executionStream),
      },
    },
  })
}
