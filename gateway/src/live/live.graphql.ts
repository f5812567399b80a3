import { makeExecutableSchema } from '@graphql-tools/schema'
import { requireScope } from '@quillworks/service-kit/identity'
import type { GraphQLSchema } from 'graphql'
import { type GatewayContext, requireIdentity } from '../context.ts'
import type { LiveDependencies } from './dependencies.ts'
import { executionEvents } from './execution-events.ts'
import { executionStream, type StreamRequest } from './execution-stream.ts'
import { executionsUpdated, executionUpdated, type LiveFilter } from './execution-updated.ts'
import { liveTypeDefs } from './live.schema.ts'

/** The sources of the subscriptions, by field; each needs `executions:read`. */
export function createLiveSources(deps: LiveDependencies) {
  const allowed = (context: GatewayContext): GatewayContext => {
    requireScope(requireIdentity(context), 'executions:read')
    return context
  }
  return {
    executionUpdated: async (context: GatewayContext, args: { id: string }) =>
      executionUpdated(deps, allowed(context), args.id),
    executionsUpdated: async (context: GatewayContext, args: { filter?: LiveFilter | null }) =>
      executionsUpdated(deps, allowed(context), args.filter ?? {}),
    executionEvents: async (context: GatewayContext, args: { id: string; afterRevision?: number | null }) =>
      executionEvents(deps, allowed(context), { id: args.id, afterRevision: args.afterRevision ?? 0 }),
    executionStream: async (context: GatewayContext, args: StreamRequest) =>
      executionStream(deps, allowed(context), args),
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
