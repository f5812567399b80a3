import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import {
  CREATE,
  promptFixture,
  UPDATE,
  type PromptAnswer,
  type PromptFixture,
} from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'

let server: PromptsServer
let create: PromptFixture['create']
let get: PromptFixture['get']
beforeAll(async () => {
  server = await startPromptsServer()
  ;({ create, get } = promptFixture(server))
})
afterAll(() => server.close())

describe('a prompt', () => {
  test('is created whole, private, with its first version', async () => {
    const ada = someone()
    const input = {
      title: '  A   letter ',
      body: 'Dear {{name}}, {{ tone }}.',
      system: 'Be {{tone}}.',
      model: 'demo/writer',
      settings: { temperature: 0.5, maxOutputTokens: null },
      variables: [
        { name: 'tone', type: 'choice', choices: ['warm', 'dry'], default: 'warm', required: false },
      ],
      tags: ['Mail', 'mail', ' Daily  use '],
      comment: 'First try',
    }
    const made = await create(ada, input)
    expect(made as unknown).toEqual({
      id: expect.any(String),
      title: 'A letter',
      body: input.body,
      system: input.system,
      model: 'demo/writer',
      versionNumber: 1,
      tags: ['daily use', 'mail'],
      visibility: 'private',
      archived: false,
      placeholders: ['tone', 'name'],
      owner: { id: ada.userId },
      projectId: ada.projectId,
      settings: { temperature: 0.5, maxOutputTokens: null, topP: null },
      variables: [
        {
          name: 'tone',
          type: 'choice',
          required: false,
          default: 'warm',
          description: null,
          choices: ['warm', 'dry'],
        },
        { name: 'name', type: 'text', required: true, default: null, description: null, choices: [] },
      ],
    })
    const read = await get(ada, made.id)
    expect(read?.versions.edges.map((edge) => edge.node)).toEqual([
      {
        number: 1,
        title: 'A letter',
        body: input.body,
        comment: 'First try',
        restoredFrom: null,
        createdBy: { id: ada.userId },
      },
    ])
  })

  test('gets a version from a save that changes something, and none from one that does not', async () => {
    const ada = someone()
    const { id } = await create(ada)
    const save = (input: Record<string, unknown>) =>
      server.ask<{ updatePrompt: PromptAnswer }>(ada, UPDATE, { input: { id, ...input } })
    expect(
      (await save({ title: 'A prompt', body: 'Write about {{topic}}.' })).updatePrompt.versionNumber,
    ).toBe(1)
    expect((await save({ tags: ['x'] })).updatePrompt).toMatchObject({ versionNumber: 1, tags: ['x'] })
    expect((await save({ body: 'Other' })).updatePrompt).toMatchObject({
      versionNumber: 2,
      body: 'Other',
      title: 'A prompt',
    })
    expect(
      (await save({ model: 'demo/writer', baseVersion: 2, comment: 'why' })).updatePrompt.versionNumber,
    ).toBe(3)
    expect((await save({ model: null })).updatePrompt.versionNumber).toBe(4)
    const versions = (await get(ada, id))?.versions.edges.map(({ node }) => [
      node.number,
      node.body,
      node.comment,
    ])
    expect(versions).toEqual([
      [4, 'Other', null],
      [3, 'Other', 'why'],
      [2, 'Other', null],
      [1, 'Write about {{topic}}.', null],
    ])
  })

  test('saved over an older version is a conflict, and one of two savers at once wins', async () => {
    const ada = someone()
    const { id } = await create(ada)
    const save = (body: string) =>
      server.attempt<{ updatePrompt: PromptAnswer }>(ada, UPDATE, { input: { id, baseVersion: 1, body } })
    const answers = await Promise.all(['one', 'two', 'three', 'four'].map(save))
    expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1)
    const codes = answers.flatMap((answer) => answer.errors.map((error) => error.extensions.code))
    expect(codes).toEqual(['prompt.conflict', 'prompt.conflict', 'prompt.conflict'])
    expect((await get(ada, id))?.versionNumber).toBe(2)
  })

  test('saved without a base by many at once keeps every version', async () => {
    const ada = someone()
    const { id } = await create(ada)
    const bodies = Array.from({ length: 8 }, (_, index) => `text ${index}`)
    await Promise.all(bodies.map((body) => server.ask(ada, UPDATE, { input: { id, body } })))
    const edges = (await get(ada, id))?.versions.edges ?? []
    expect(edges.map(({ node }) => node.number)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(
      edges
        .map(({ node }) => node.body)
        .slice(0, 8)
        .toSorted(),
    ).toEqual(bodies)
  })

  test('restores an older version as its newest', async () => {
    const ada = someone()
    const { id } = await create(ada)
    await server.ask(ada, UPDATE, { input: { id, body: 'Worse', title: 'Changed' } })
    const restore = `mutation ($id: ID!, $version: Int!) { restorePromptVersion(id: $id, version: $version, comment: "back") { versionNumber body title } }`
    expect(await server.ask<unknown>(ada, restore, { id, version: 1 })).toEqual({
      restorePromptVersion: { versionNumber: 3, body: 'Write about {{topic}}.', title: 'A prompt' },
    })
    expect((await get(ada, id))?.versions.edges[0]?.node).toMatchObject({
      number: 3,
      comment: 'back',
      restoredFrom: 1,
    })
    expect(await server.codeOf(ada, restore, { id, version: 99 })).toBe('prompt.version_not_found')
  })

  test('answers a version by number, the newest without one, null for none', async () => {
    const ada = someone()
    const { id } = await create(ada)
    await server.ask(ada, UPDATE, { input: { id, body: 'Second' } })
    const query = `query ($id: ID!) { prompt(id: $id) { one: version(number: 1) { body } newest: version { number } none: version(number: 7) { id } } }`
    expect(await server.ask<unknown>(ada, query, { id })).toEqual({
      prompt: { one: { body: 'Write about {{topic}}.' }, newest: { number: 2 }, none: null },
    })
  })

  test('has a comment on any version', async () => {
    const ada = someone()
    const { id } = await create(ada)
    const comment = `mutation ($id: ID!, $version: Int!, $comment: String!) { commentPromptVersion(id: $id, version: $version, comment: $comment) { version(number: 1) { comment } } }`
    const said = await server.ask<unknown>(ada, comment, { id, version: 1, comment: 'Good' })
    expect(said).toEqual({ commentPromptVersion: { version: { comment: 'Good' } } })
    expect(await server.codeOf(ada, comment, { id, version: 2, comment: 'x' })).toBe(
      'prompt.version_not_found',
    )
    expect(await server.codeOf(ada, comment, { id, version: 1, comment: '\u0000' })).toBe('input.invalid')
  })

  test('is duplicated as a private prompt of its own', async () => {
    const ada = someone()
    const { id } = await create(ada, { tags: ['t'], visibility: 'organization' })
    const duplicate = `mutation ($id: ID!, $title: String) { duplicatePrompt(id: $id, title: $title) { id title body tags visibility versionNumber } }`
    const { duplicatePrompt } = await server.ask<{ duplicatePrompt: PromptAnswer }>(ada, duplicate, { id })
    expect(duplicatePrompt).toMatchObject({
      title: 'A prompt (copy)',
      body: 'Write about {{topic}}.',
      tags: ['t'],
      visibility: 'private',
      versionNumber: 1,
    })
    expect(duplicatePrompt.id).not.toBe(id)
  })

  test('is archived, taken back and deleted', async () => {
    const ada = someone()
    const { id } = await create(ada)
    const archive = `mutation ($id: ID!, $archived: Boolean!) { archivePrompt(id: $id, archived: $archived) { archived versionNumber } }`
    expect(await server.ask<unknown>(ada, archive, { id, archived: true })).toEqual({
      archivePrompt: { archived: true, versionNumber: 1 },
    })
    expect((await get(ada, id))?.archived).toBe(true)
    expect(await server.ask<unknown>(ada, archive, { id, archived: false })).toEqual({
      archivePrompt: { archived: false, versionNumber: 1 },
    })
    const remove = `mutation ($id: ID!) { deletePrompt(id: $id) { id title body } }`
    expect(await server.ask<unknown>(ada, remove, { id })).toEqual({
      deletePrompt: { id, title: 'A prompt', body: 'Write about {{topic}}.' },
    })
    expect(await get(ada, id)).toBeNull()
    expect(await server.codeOf(ada, remove, { id })).toBe('prompt.not_found')
  })
})

describe('bad input', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['an empty title', { title: ' ' }, ['title']],
    ['U+0000', { body: 'a\u0000b', system: '\u0000' }, ['system', 'body']],
    ['half a surrogate pair', { body: '\ud800' }, ['body']],
    ['a body too long', { body: 'x'.repeat(256 * 1024 + 1) }, ['body']],
    ['a model without provider', { model: 'gpt' }, ['model']],
    [
      'settings out of range',
      { settings: { temperature: 3, topP: 0 } },
      ['settings.temperature', 'settings.topP'],
    ],
    [
      'bad variables',
      { variables: [{ name: 'a b' }, { name: 'n', type: 'number', default: 'x' }] },
      ['variables.0.name', 'variables.1.default'],
    ],
    ['bad tags', { tags: ['', 'x'.repeat(51)] }, ['tags.0', 'tags.1']],
    ['a bad comment', { comment: 'x\u0000' }, ['comment']],
  ]
  for (const [what, input, paths] of cases) {
    test(`such as ${what} is refused by name and stores nothing`, async () => {
      const ada = someone()
      const answer = await server.attempt(ada, CREATE, { input: { title: 'T', body: 'B', ...input } })
      expect(answer.errors[0]?.extensions.code).toBe('input.invalid')
      expect(answer.errors[0]?.extensions.issues?.map((issue) => issue.path.join('.'))).toEqual(paths)
      const { prompts } = await server.ask<{ prompts: { totalCount: number } }>(
        ada,
        '{ prompts { totalCount } }',
      )
      expect(prompts.totalCount).toBe(0)
    })
  }

  test('such as an id that is none is told like an unknown one', async () => {
    const ada = someone()
    expect(await server.codeOf(ada, UPDATE, { input: { id: 'nonsense' } })).toBe('prompt.not_found')
    expect(await server.codeOf(ada, UPDATE, { input: { id: newId() } })).toBe('prompt.not_found')
    expect(await get(ada, "'; drop table prompts")).toBeNull()
    expect(await get(ada, newId())).toBeNull()
  })
})
