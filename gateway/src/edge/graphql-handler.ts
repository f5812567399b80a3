import type { Logger } from '@quillworks/service-kit/logger'
import type { GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { Caller, GatewayContext, GatewayPlugin } from '../context.ts'
import { createGraphiql } from './graphiql.ts'
import { graphqlGuards } from './graphql-guards.ts'
import { maskError } from './mask-error.ts'

/** GraphQL over HTTP and, through `getEnveloped`, over WebSocket: one schema, one set of guards, masked errors. */
export function createGraphQLHandler(input: {
  schema: GraphQLSchema
  dependencies: GatewayContext['dependencies']
  /** GraphiQL, introspection and suggestions: in the local and development profiles only. */
  development: boolean
  logger: Logger
  plugins?: GatewayPlugin[]
}) {
  const graphiql = createGraphiql()
  return createYoga<Caller, Pick<GatewayContext, 'dependencies'>>({
    schema: input.schema,
    graphqlEndpoint: '/graphql',
    graphiql: input.development
      ? {
          title: 'Quillworks',
          subscriptionsProtocol: 'WS',
          defaultQuery: '{\n  viewer {\n    user { name }\n  }\n}\n',
        }
      : false,
    renderGraphiQL: graphiql.render,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    logging: false,
    healthCheckEndpoint: '/graphql/health',
    context: { dependencies: input.dependencies },
    maskedErrors: { maskError: (error) => maskError(error, input.logger) },
    plugins: [
      graphqlGuards({ introspection: input.development, logger: input.logger }),
      graphiql.plugin,
      ...(input.plugins ?? []),
    ],
  })
}

export type GraphQLHandler = ReturnType<typeof createGraphQLHandler>
