import { z } from 'zod'
import type { Connection } from '../connection/connection.ts'
import { request } from '../connection/graphql.ts'

const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
})
/** An API key without what opens doors. */
export type ApiKeyView = z.infer<typeof apiKeySchema>

const selection = 'id name start scopes createdAt expiresAt lastUsedAt'
const createOperation = `mutation CliCreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { key apiKey { ${selection} } }
}`
const listOperation = `query CliApiKeys($after: String) {
  apiKeys(first: 100, after: $after) { edges { node { ${selection} } } pageInfo { hasNextPage endCursor } }
}`
const revokeOperation = `mutation CliRevokeApiKey($id: ID!) { revokeApiKey(id: $id) { ${selection} } }`

const createSchema = z.object({ createApiKey: z.object({ key: z.string(), apiKey: apiKeySchema }) })
const listSchema = z.object({
  apiKeys: z.object({
    edges: z.array(z.object({ node: apiKeySchema })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
})
const revokeSchema = z.object({ revokeApiKey: apiKeySchema })

/** Makes a key; `key` is told this once. */
export async function createApiKey(
  connection: Connection,
  input: { name: string; scopes?: string[]; expiresAt?: string },
): Promise<{ key: string; apiKey: ApiKeyView }> {
  const answer = await request({
    connection,
    query: createOperation,
    variables: { input },
    schema: createSchema,
  })
  return answer.createApiKey
}

/** All keys of the organization, page by page. */
export async function* listApiKeys(connection: Connection): AsyncGenerator<ApiKeyView> {
  let after: string | null = null
  do {
    const { apiKeys }: z.infer<typeof listSchema> = await request({
      connection,
      query: listOperation,
      variables: { after },
      schema: listSchema,
    })
    yield* apiKeys.edges.map((edge) => edge.node)
    after = apiKeys.pageInfo.hasNextPage ? apiKeys.pageInfo.endCursor : null
  } while (after !== null)
}

/** Ends a key for ever. */
export async function revokeApiKey(connection: Connection, id: string): Promise<ApiKeyView> {
  const answer = await request({
    connection,
    query: revokeOperation,
    variables: { id },
    schema: revokeSchema,
  })
  return answer.revokeApiKey
}
