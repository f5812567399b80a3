import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { codeOf, startIdentity } from '../identity.test-utils.ts'

let identity: Awaited<ReturnType<typeof startIdentity>>
let cookie: string
beforeAll(async () => {
  identity = await startIdentity()
  cookie = await identity.signInOwner()
})
afterAll(() => identity.close())

const createdSchema = z.object({
  data: z.object({
    createApiKey: z.object({ key: z.string(), apiKey: z.object({ id: z.string(), start: z.string() }) }),
  }),
})

const createKey = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { key apiKey { id start scopes expiresAt } }
}`

async function newKey(scopes: string[], expiresAt?: string) {
  const answer = await identity.ask({ cookie }, createKey, { input: { name: 'test', scopes, expiresAt } })
  const { createApiKey } = createdSchema.parse(JSON.parse(JSON.stringify(answer))).data
  return { key: createApiKey.key, ...createApiKey.apiKey }
}

describe('API keys', () => {
  test('act as their creator in their organization with their scopes', async () => {
    const { key, id, start } = await newKey(['prompts:read', 'executions:write'])
    expect(key).toStartWith('qwk_')
    expect(key).toStartWith(start)
    const owner = await identity.authenticate({ cookie })
    expect(await identity.authenticate({ authorization: `Bearer ${key}` })).toEqual({
      userId: owner?.userId ?? '',
      organizationId: owner?.organizationId ?? '',
      projectId: owner?.projectId ?? '',
      role: 'owner',
      scopes: ['prompts:read', 'executions:write'],
      principal: `key:${id}`,
    })
  })

  test('are stored as a hash', async () => {
    const { key } = await newKey(['*'])
    const rows = await identity.database.sql`select k::text as row from identity.api_keys k`
    expect(rows.some((row) => String(row['row']).includes(key))).toBe(false)
  })

  test('are refused what their scopes do not name', async () => {
    const { key } = await newKey(['prompts:read'])
    const answer = await identity.ask({ authorization: `Bearer ${key}` }, '{ viewer { scopes } }')
    expect(codeOf(answer)).toBe('auth.forbidden')
  })

  test('give no more than they have', async () => {
    const { key } = await newKey(['identity:write', 'identity:read'])
    const answer = await identity.ask({ authorization: `Bearer ${key}` }, createKey, {
      input: { name: 'more', scopes: ['prompts:write'] },
    })
    expect(codeOf(answer)).toBe('auth.forbidden')
  })

  test.each([[['prompts:fly']], [[]]])('have known scopes only: %p is refused', async (scopes) => {
    expect(codeOf(await identity.ask({ cookie }, createKey, { input: { name: 'x', scopes } }))).toBe(
      'input.invalid',
    )
  })

  test('stop at once where they are revoked, and elsewhere within 5 seconds', async () => {
    const { key, id } = await newKey(['*'])
    const credentials = { authorization: `Bearer ${key}` }
    expect(await identity.authenticate(credentials)).toBeDefined()
    await identity.ask({ cookie }, 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id })
    await expect(identity.authenticate(credentials)).rejects.toThrow('not valid')
    const other = await newKey(['*'])
    const others = { authorization: `Bearer ${other.key}` }
    expect(await identity.authenticate(others)).toBeDefined()
    await identity.database.sql`delete from identity.api_keys where id = ${other.id}`
    expect(await identity.authenticate(others)).toBeDefined()
    identity.pass(5_000)
    await expect(identity.authenticate(others)).rejects.toThrow('not valid')
  })

  test('stop at their time', async () => {
    const { key, id } = await newKey(['*'], new Date(Date.now() + 3_600_000).toISOString())
    await identity.database
      .sql`update identity.api_keys set expires_at = now() - interval '1 second' where id = ${id}`
    await expect(identity.authenticate({ authorization: `Bearer ${key}` })).rejects.toThrow('not valid')
  })

  test('cannot end in the past', async () => {
    const input = { name: 'x', scopes: ['*'], expiresAt: '2020-01-01T00:00:00Z' }
    expect(codeOf(await identity.ask({ cookie }, createKey, { input }))).toBe('input.invalid')
  })

  test('belong to one organization', async () => {
    const { key } = await newKey(['*'])
    const credentials = { authorization: `Bearer ${key}`, organization: 'some-other' }
    await expect(identity.authenticate(credentials)).rejects.toThrow('no such organization')
  })

  test.each(['Bearer qwk_nonsense', 'Bearer nonsense', 'Basic dXNlcjpwYXNz', 'Bearer'])(
    'of the form %p are refused',
    async (authorization) => {
      await expect(identity.authenticate({ authorization })).rejects.toMatchObject({
        code: 'auth.unauthenticated',
      })
    },
  )

  test('are listed page by page without the key', async () => {
    const list =
      'query ($after: String) { apiKeys(first: 2, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }'
    const pageSchema = z.object({
      apiKeys: z.object({
        edges: z.array(z.object({ node: z.object({ id: z.string() }) })),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    })
    const seen: string[] = []
    let after: string | null = null
    do {
      const answer = await identity.ask({ cookie }, list, { after })
      const { apiKeys } = pageSchema.parse(answer.data)
      seen.push(...apiKeys.edges.map((edge) => edge.node.id))
      after = apiKeys.pageInfo.hasNextPage ? apiKeys.pageInfo.endCursor : null
    } while (after)
    const [{ count } = { count: 0 }] = await identity.database.sql<{ count: number }[]>`
      select count(*)::int as count from identity.api_keys`
    expect(seen).toHaveLength(count)
    expect(seen).toEqual([...new Set(seen)].sort())
  })
})

test('nothing sent is nobody, and a cookie of no session is nobody', async () => {
  expect(await identity.authenticate({})).toBeUndefined()
  expect(await identity.authenticate({ cookie: 'quillworks.session_token=forged.AAAA' })).toBeUndefined()
})
