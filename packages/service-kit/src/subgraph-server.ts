import type { GraphQLSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import { maskGraphQLError } from './graphql-errors.ts'
import { type Identity, identityHeader } from './identity.ts'
import type { Logger } from './logger.ts'
import { createCallers } from './subgraph-callers.ts'
import { runWithTrace } from './trace.ts'

/**
 * The GraphQL handler of a service: only identities signed for `audience` get in, the caller's trace goes on, and
 * errors leave coded or masked. `context` adds what the service's resolvers need.
 */
export function createSubgraphHandler<Extra extends object>(input: {
  schema: GraphQLSchema
  audience: string
  secret: string
  logger: Logger
  context: (identity: Identity) => Extra
}): (request: Request) => Promise<Response> {
  const yoga = createYoga<{ identity: Identity }>({
    schema: input.schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    cors: false,
    logging: false,
    healthCheckEndpoint: '/graphql-health',
    context: ({ identity }) => input.context(identity),
    maskedErrors: { maskError: (error) => maskGraphQLError(error, input.logger) },
  })
  const callerOf = createCallers({ secret: input.secret, audience: input.audience })
  return (request) =>
    runWithTrace(request.headers.get('traceparent'), async () => {
      let identity: Identity
      try {
        identity = await callerOf(request.headers.get(identityHeader))
      } catch (error) {
        const masked = maskGraphQLError(error, input.logger)
        return Response.json({ errors: [masked] }, { status: 401 })
      }
      return yoga.fetch(request, { identity })
    })
}
