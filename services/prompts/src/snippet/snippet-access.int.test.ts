import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Identity } from '@quillworks/service-kit/identity'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'

let server: PromptsServer
beforeAll(async () => {
  server = await startPromptsServer()
})
afterAll(() => server.close())

const operations = (id: string): Record<string, string> => ({
  updateSnippet: `mutation { updateSnippet(input: { id: "${id}", text: "Mine" }) { id } }`,
  deleteSnippet: `mutation { deleteSnippet(id: "${id}") { id } }`,
})
const CREATE = `mutation ($input: CreateSnippetInput!) { createSnippet(input: $input) { id } }`
const UPDATE = `mutation ($input: UpdateSnippetInput!) { updateSnippet(input: $input) { id } }`

async function create(identity: Identity, input: Record<string, unknown> = {}): Promise<string> {
  const data = { name: 'secret', text: 'Secret text', ...input }
  return (await server.ask<{ createSnippet: { id: string } }>(identity, CREATE, { input: data }))
    .createSnippet.id
}

async function textFor(identity: Identity, id: string): Promise<string | undefined> {
  const query = 'query ($id: ID!) { snippet(id: $id) { text } }'
  const { snippet } = await server.ask<{ snippet: { text: string } | null }>(identity, query, { id })
  return snippet?.text
}

describe('who may do what with a snippet', () => {
  test('an id that is none is there for nobody', async () => {
    const ada = someone()
    for (const id of ['nonsense', '', '00000000-0000-0000-0000-00000000000g']) {
      expect(await textFor(ada, id)).toBeUndefined()
      for (const [field, query] of Object.entries(operations(id))) {
        expect([field, await server.codeOf(ada, query)]).toEqual([field, 'snippet.not_found'])
      }
    }
  })

  test('a private one is there for its owner alone, whatever is asked', async () => {
    const ada = someone()
    const id = await create(ada)
    const colleague = someone({ organizationId: ada.organizationId, role: 'owner' })
    const stranger = someone({ userId: ada.userId })
    for (const other of [colleague, stranger]) {
      expect(await textFor(other, id)).toBeUndefined()
      for (const [field, query] of Object.entries(operations(id))) {
        expect([field, await server.codeOf(other, query)]).toEqual([field, 'snippet.not_found'])
      }
      const answer = await server.ask<unknown>(
        other,
        `{ _entities(representations: [{ __typename: "Snippet", id: "${id}" }]) { ... on Snippet { text } }
          snippetByName(name: "secret") { id } snippets(search: "secret") { totalCount edges { cursor } }
          promptPreview(input: { body: "@secret" }) { body snippets { id } } }`,
      )
      expect(answer).toEqual({
        _entities: [null],
        snippetByName: null,
        snippets: { totalCount: 0, edges: [] },
        promptPreview: { body: '@secret', snippets: [] },
      })
    }
    expect(await textFor(ada, id)).toBe('Secret text')
  })

  test('a shared one is edited by members; its owner names and shares it, its owner and admins remove it', async () => {
    const ada = someone()
    const id = await create(ada, { visibility: 'organization' })
    const { organizationId } = ada
    const member = someone({ organizationId })
    const admin = someone({ organizationId, role: 'admin' })
    await server.ask(member, UPDATE, { input: { id, text: 'By a member' } })
    expect(await textFor(ada, id)).toBe('By a member')
    for (const other of [member, admin]) {
      expect(await server.codeOf(other, UPDATE, { input: { id, name: 'mine' } })).toBe('auth.forbidden')
      expect(await server.codeOf(other, UPDATE, { input: { id, visibility: 'private' } })).toBe(
        'auth.forbidden',
      )
    }
    const remove = `mutation { deleteSnippet(id: "${id}") { id } }`
    expect(await server.codeOf(member, remove)).toBe('auth.forbidden')
    expect(await textFor(someone(), id)).toBeUndefined()
    await server.ask(ada, UPDATE, { input: { id, visibility: 'private' } })
    expect(await textFor(member, id)).toBeUndefined()
    const versions = `{ snippet(id: "${id}") { versions { edges { node { createdBy { id } } } } } }`
    const { snippet } = await server.ask<{ snippet: { versions: { edges: unknown[] } } }>(ada, versions)
    expect(snippet.versions.edges).toHaveLength(2)
    await server.ask(ada, UPDATE, { input: { id, visibility: 'organization' } })
    await server.ask(admin, remove)
    expect(await textFor(ada, id)).toBeUndefined()
  })

  test('viewers and keys without the scope write nothing', async () => {
    const ada = someone()
    const { organizationId } = ada
    const id = await create(ada, { visibility: 'organization' })
    for (const other of [
      someone({ organizationId, role: 'viewer' }),
      someone({ organizationId, scopes: ['prompts:read'] }),
    ]) {
      expect(await textFor(other, id)).toBe('Secret text')
      expect(await server.codeOf(other, CREATE, { input: { name: 'x', text: 'x' } })).toBe('auth.forbidden')
      for (const query of Object.values(operations(id))) {
        expect(await server.codeOf(other, query)).toBe('auth.forbidden')
      }
    }
    const nothing = someone({ organizationId, scopes: ['executions:read'] })
    expect(await server.codeOf(nothing, '{ snippets { totalCount } }')).toBe('auth.forbidden')
  })
})
