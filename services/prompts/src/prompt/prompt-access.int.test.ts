import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { schema } from '../graphql/schema.ts'
import { startEngineDouble, type EngineDouble } from '../../test/engine-double.ts'
import { CREATE, promptFixture, UPDATE, type PromptFixture } from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'

let server: PromptsServer
let engine: EngineDouble
let create: PromptFixture['create']
let get: PromptFixture['get']
beforeAll(async () => {
  server = await startPromptsServer()
  engine = await startEngineDouble(server.nats)
  ;({ create, get } = promptFixture(server))
})
afterAll(async () => {
  await engine.close()
  await server.close()
})

/** Each root field that takes an id, asked with this one. */
function operations(id: string): Record<string, string> {
  return {
    archivePrompt: `mutation { archivePrompt(id: "${id}") { id } }`,
    commentPromptVersion: `mutation { commentPromptVersion(id: "${id}", version: 1, comment: "x") { id } }`,
    deletePrompt: `mutation { deletePrompt(id: "${id}") { id } }`,
    duplicatePrompt: `mutation { duplicatePrompt(id: "${id}") { id } }`,
    labelPromptVersion: `mutation { labelPromptVersion(id: "${id}", label: "production", version: 1) { id } }`,
    promptPreview: `{ promptPreview(input: { promptId: "${id}" }) { body } }`,
    restorePromptVersion: `mutation { restorePromptVersion(id: "${id}", version: 1) { id } }`,
    runPrompt: `mutation { runPrompt(input: { promptId: "${id}", values: { topic: "x" } }) { id } }`,
    sendMessage: `mutation { sendMessage(input: { executionId: "${id}", message: "x" }) { id } }`,
    updatePrompt: `mutation { updatePrompt(input: { id: "${id}", title: "Mine" }) { id } }`,
  }
}

const expectedCode = (field: string) => (field === 'sendMessage' ? 'execution.not_found' : 'prompt.not_found')

/** Asked elsewhere: what takes no id, what answers null, what executions itself checks, snippets, variables, moves of labels. */
const askedElsewhere = [
  'approveLabelMove',
  'rejectLabelMove',
  'withdrawLabelMove',
  'createPrompt',
  'prompt',
  'prompts',
  'regenerateMessage',
  'createSnippet',
  'updateSnippet',
  'deleteSnippet',
  'snippet',
  'snippetByName',
  'snippets',
  'generatePrompt',
  'generateTitle',
  'libraryPrompts',
  'optimizationResult',
  'optimizePrompt',
  'overrideLibraryPrompt',
  'promptAuditEntries',
  'promptPolicy',
  'restoreLibraryPrompt',
  'setPromptPolicy',
  'setVariable',
  'deleteVariable',
  'variables',
]

describe('who may do what', () => {
  test('is asked here for every root field of the schema', () => {
    const roots = [schema.getQueryType(), schema.getMutationType()]
    const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}))
    expect(fields.toSorted()).toEqual([...Object.keys(operations('')), ...askedElsewhere].toSorted())
  })

  test('an id that is none is there for nobody, whatever is asked', async () => {
    const ada = someone()
    for (const id of ['nonsense', '', '00000000-0000-0000-0000-00000000000g']) {
      expect(await get(ada, id)).toBeNull()
      for (const [field, query] of Object.entries(operations(id))) {
        expect([field, await server.codeOf(ada, query)]).toEqual([field, expectedCode(field)])
      }
    }
  })

  test('a private prompt is there for its owner alone, whatever is asked', async () => {
    const ada = someone()
    const { id } = await create(ada)
    const colleague = someone({ organizationId: ada.organizationId, role: 'owner' })
    const stranger = someone({ userId: ada.userId })
    for (const other of [colleague, stranger]) {
      expect(await get(other, id)).toBeNull()
      for (const [field, query] of Object.entries(operations(id))) {
        expect([field, await server.codeOf(other, query)]).toEqual([field, expectedCode(field)])
      }
      const entities = `{ _entities(representations: [{ __typename: "Prompt", id: "${id}" }]) { ... on Prompt { title } } }`
      expect(await server.ask<unknown>(other, entities)).toEqual({ _entities: [null] })
      const { prompts } = await server.ask<{ prompts: { edges: unknown[]; totalCount: number } }>(
        other,
        '{ prompts(search: "prompt") { edges { cursor } totalCount } }',
      )
      expect(prompts).toEqual({ edges: [], totalCount: 0 })
    }
    expect((await get(ada, id))?.title).toBe('A prompt')
  })

  test('a shared one is read and edited by members, decided about by its owner and admins', async () => {
    const ada = someone()
    const { id } = await create(ada, { tags: ['t'] })
    const member = someone({ organizationId: ada.organizationId })
    const admin = someone({ organizationId: ada.organizationId, role: 'admin' })
    expect(await get(member, id)).toBeNull()
    await server.ask(ada, UPDATE, { input: { id, visibility: 'organization' } })
    expect(await get(member, id)).toMatchObject({ tags: ['t'], versionNumber: 1 })
    await server.ask(member, UPDATE, { input: { id, body: 'By a member', tags: ['u'] } })
    const versions = (await get(ada, id))?.versions.edges.map(({ node }) => node.createdBy.id)
    expect(versions).toEqual([member.userId, ada.userId])
    expect((await get(ada, id))?.tags).toEqual(['u'])
    expect(await server.codeOf(member, UPDATE, { input: { id, visibility: 'private' } })).toBe(
      'auth.forbidden',
    )
    expect(await server.codeOf(member, 'mutation ($id: ID!) { deletePrompt(id: $id) { id } }', { id })).toBe(
      'auth.forbidden',
    )
    expect(await server.codeOf(member, 'mutation ($id: ID!) { archivePrompt(id: $id) { id } }', { id })).toBe(
      'auth.forbidden',
    )
    const hide = { input: { id, visibility: 'private' } }
    expect(await server.codeOf(admin, UPDATE, hide)).toBe('auth.forbidden')
    expect(await get(someone(), id)).toBeNull()
    await server.ask(ada, UPDATE, { input: { id, visibility: 'private' } })
    expect(await get(member, id)).toBeNull()
    expect((await get(ada, id))?.versions.edges).toHaveLength(2)
    await server.ask(ada, UPDATE, { input: { id, visibility: 'organization' } })
    await server.ask(admin, 'mutation ($id: ID!) { deletePrompt(id: $id) { id } }', { id })
    expect(await get(ada, id)).toBeNull()
  })

  test('viewers and keys without the scope write nothing, and nobody without an identity reads', async () => {
    const ada = someone()
    const { id } = await create(ada, { visibility: 'organization' })
    const viewer = someone({ organizationId: ada.organizationId, role: 'viewer' })
    const reader = someone({ organizationId: ada.organizationId, scopes: ['prompts:read'] })
    for (const other of [viewer, reader]) {
      expect(await get(other, id)).toMatchObject({ id })
      expect(await server.codeOf(other, UPDATE, { input: { id, title: 'x' } })).toBe('auth.forbidden')
      expect(await server.codeOf(other, CREATE, { input: { title: 'x' } })).toBe('auth.forbidden')
      expect(
        await server.codeOf(other, 'mutation ($id: ID!) { runPrompt(input: { promptId: $id }) { id } }', {
          id,
        }),
      ).toBe('auth.forbidden')
    }
    const runner = someone({ organizationId: ada.organizationId, scopes: ['executions:write'] })
    expect(
      await server.codeOf(runner, 'mutation ($id: ID!) { runPrompt(input: { promptId: $id }) { id } }', {
        id,
      }),
    ).toBe('auth.forbidden')
    expect((await fetch(`${server.url}/graphql?query={prompts{totalCount}}`)).status).toBe(401)
  })
})
