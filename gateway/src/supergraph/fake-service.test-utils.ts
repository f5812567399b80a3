import { createSubgraph, printSubgraph, type References } from '@quillworks/service-kit/subgraph'
import { createSubgraphBuilder, type SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import { createSubgraphHandler } from '@quillworks/service-kit/subgraph-server'
import { createLogger } from '@quillworks/service-kit/logger'
import type { GraphQLSchema } from 'graphql'

export type FakeContext = SubgraphContext

/** A builder of a small service's schema, with the roots there. */
export function fakeBuilder() {
  const builder = createSubgraphBuilder<FakeContext>()
  builder.queryType({})
  return builder
}

/** A real service process of a test: its subgraph over HTTP, counting what it was asked. */
export function startFakeService(input: {
  name: string
  secret: string
  schema: GraphQLSchema
  references?: References<FakeContext>
}) {
  const sdl = printSubgraph(input.schema)
  const schema = createSubgraph<FakeContext>({
    schema: input.schema,
    ...(input.references ? { references: input.references } : {}),
  })
  const requests: Request[] = []
  const handler = createSubgraphHandler({
    schema,
    audience: input.name,
    secret: input.secret,
    logger: createLogger(input.name, { level: 'silent' }),
    context: (identity) => ({ identity }),
  })
  let up = true
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      if (new URL(request.url).pathname === '/readyz') return new Response(null, { status: up ? 200 : 503 })
      requests.push(request)
      return handler(request)
    },
  })
  return {
    name: input.name,
    url: `http://127.0.0.1:${server.port}`,
    sdl,
    requests,
    setReady: (ready: boolean) => (up = ready),
    stop: () => server.stop(true),
  }
}
