import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeExecutableSchema } from '@graphql-tools/schema'
import type { IResolvers } from '@graphql-tools/utils'
import { createLogger } from '@quillworks/service-kit/logger'
import { createSubgraph, type References } from '@quillworks/service-kit/subgraph'
import type { SubgraphContext } from '@quillworks/service-kit/subgraph-builder'
import { createSubgraphHandler } from '@quillworks/service-kit/subgraph-server'

/** A service process of a test, with the SDL that the real one commits and resolvers of the test's own. */
export function startFakeService(input: {
  name: string
  secret: string
  resolvers: IResolvers<unknown, SubgraphContext>
  references?: References<SubgraphContext>
  port?: number
}) {
  const file = join(import.meta.dirname, '../../services', input.name, 'schema.graphql')
  const sdl = readFileSync(file, 'utf8').replace(/extend schema\s*@link\([\s\S]*?\]\s*\)/, '')
  const plain = makeExecutableSchema({
    typeDefs: sdl,
    resolvers: input.resolvers,
    assumeValidSDL: true,
    resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' },
  })
  for (const type of [plain.getQueryType(), plain.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      field.extensions = { scope: `${input.name}:read` }
      field.resolve ??= () => {
        throw new Error('This service of a test does not have that.')
      }
    }
  }
  const schema = createSubgraph<SubgraphContext>({
    schema: plain,
    ...(input.references ? { references: input.references } : {}),
  })
  const handler = createSubgraphHandler({
    schema,
    audience: input.name,
    secret: input.secret,
    logger: createLogger(input.name, { level: 'silent' }),
    context: (identity) => ({ identity }),
  })
  const requests: { headers: Headers; body: string }[] = []
  let ready = true
  const server = Bun.serve({
    port: input.port ?? 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      if (new URL(request.url).pathname === '/readyz')
        return new Response(null, { status: ready ? 200 : 503 })
      const body = await request.text()
      requests.push({ headers: request.headers, body })
      return handler(new Request(request.url, { method: 'POST', headers: request.headers, body }))
    },
  })
  return {
    name: input.name,
    port: server.port ?? 0,
    url: `http://127.0.0.1:${server.port}`,
    /** What arrived, oldest first. */
    requests,
    setReady: (state: boolean) => (ready = state),
    stop: () => server.stop(true),
  }
}
