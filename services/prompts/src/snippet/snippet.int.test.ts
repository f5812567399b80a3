import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { eventSchema, type QuillworksEvent } from '@quillworks/messaging/envelope'
import { gatewayGrants } from '@quillworks/messaging/grants'
import type { Identity } from '@quillworks/service-kit/identity'
import { promptFixture, UPDATE, type PromptFixture } from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { snippetEventSchemas, type SnippetEventType } from '../contract/events.ts'

const CREATE = `mutation ($input: CreateSnippetInput!) { createSnippet(input: $input) { id name text versionNumber visibility } }`
const CHANGE = `mutation ($input: UpdateSnippetInput!) { updateSnippet(input: $input) { id name text versionNumber visibility } }`
const PREVIEW = `query ($input: PromptPreviewInput!) { promptPreview(input: $input) {
  body warnings snippetNames snippets { id name version text } } }`

interface SnippetAnswer {
  id: string
  name: string
  text: string
  versionNumber: number
  visibility: string
}

let server: PromptsServer
let prompts: PromptFixture
beforeAll(async () => {
  server = await startPromptsServer()
  prompts = promptFixture(server)
})
afterAll(() => server.close())

async function create(identity: Identity, input: Record<string, unknown> = {}): Promise<SnippetAnswer> {
  const data = { name: 'company-info', text: 'We are Acme.', ...input }
  return (await server.ask<{ createSnippet: SnippetAnswer }>(identity, CREATE, { input: data })).createSnippet
}

async function change(identity: Identity, input: Record<string, unknown>): Promise<SnippetAnswer> {
  return (await server.ask<{ updateSnippet: SnippetAnswer }>(identity, CHANGE, { input })).updateSnippet
}

async function preview(identity: Identity, body: string) {
  interface Answer {
    promptPreview: {
      body: string
      warnings: string[]
      snippetNames: string[]
      snippets: { id: string; name: string; version: number; text: string }[]
    }
  }
  return (await server.ask<Answer>(identity, PREVIEW, { input: { body } })).promptPreview
}

describe('a snippet', () => {
  test('is made, changed, listed with its versions, and removed', async () => {
    const ada = someone()
    const made = await create(ada, { name: ' @Company-Info ', comment: 'first' })
    expect(made).toMatchObject({ name: 'Company-Info', versionNumber: 1, visibility: 'private' })
    const { id } = made
    expect(await change(ada, { id, text: 'We are Acme Ltd.', comment: 'renamed' })).toMatchObject({
      text: 'We are Acme Ltd.',
      versionNumber: 2,
    })
    expect(await change(ada, { id, text: 'We are Acme Ltd.' })).toMatchObject({ versionNumber: 2 })
    const query = `query ($id: ID!) { snippet(id: $id) { text owner { id } resolves version(number: 1) { text }
      versions { edges { node { number name text comment createdBy { id } } } pageInfo { hasNextPage } } } }`
    expect(await server.ask<unknown>(ada, query, { id })).toEqual({
      snippet: {
        text: 'We are Acme Ltd.',
        owner: { id: ada.userId },
        resolves: true,
        version: { text: 'We are Acme.' },
        versions: {
          edges: [
            { number: 2, name: 'Company-Info', text: 'We are Acme Ltd.', comment: 'renamed' },
            { number: 1, name: 'Company-Info', text: 'We are Acme.', comment: 'first' },
          ].map((node) => ({ node: { ...node, createdBy: { id: ada.userId } } })),
          pageInfo: { hasNextPage: false },
        },
      },
    })
    await server.ask(ada, `mutation { deleteSnippet(id: "${id}") { name text } }`)
    expect(await server.ask<unknown>(ada, `{ snippet(id: "${id}") { id } }`)).toEqual({ snippet: null })
    expect((await create(ada)).versionNumber).toBe(1)
  })

  test('saved over a newer version is a conflict, and nothing is lost', async () => {
    const ada = someone()
    const { id } = await create(ada)
    await change(ada, { id, baseVersion: 1, text: 'By the first tab' })
    const late = await server.attempt(ada, CHANGE, { input: { id, baseVersion: 1, text: 'By the second' } })
    expect(late.errors[0]?.extensions).toMatchObject({
      code: 'snippet.conflict',
      issues: [{ path: ['baseVersion'], message: 'The newest version is 2.' }],
    })
    expect(await server.ask<unknown>(ada, `{ snippet(id: "${id}") { text } }`)).toEqual({
      snippet: { text: 'By the first tab' },
    })
  })

  test('is refused with every problem at once', async () => {
    const ada = someone()
    const input = { name: 'two words', text: ' ', comment: 'nul \u0000' }
    const { errors } = await server.attempt(ada, CREATE, { input })
    expect(errors[0]?.extensions.code).toBe('input.invalid')
    expect(errors[0]?.extensions.issues?.map((issue) => issue.path)).toEqual([
      ['name'],
      ['text'],
      ['comment'],
    ])
    for (const bad of ['', '-x', 'a.b', 'a\u0000', 'x'.repeat(101), 'ü{']) {
      expect([bad, await server.codeOf(ada, CREATE, { input: { name: bad, text: 'x' } })]).toEqual([
        bad,
        'input.invalid',
      ])
    }
    expect(await server.codeOf(ada, CREATE, { input: { name: 'a', text: 'x'.repeat(65_537) } })).toBe(
      'input.invalid',
    )
  })

  test('has a name of its own, whatever its case, also for those who make it at the same time', async () => {
    const ada = someone()
    await create(ada)
    expect(await server.codeOf(ada, CREATE, { input: { name: 'COMPANY-info', text: 'x' } })).toBe(
      'snippet.name_taken',
    )
    const other = await create(ada, { name: 'other' })
    expect(await server.codeOf(ada, CHANGE, { input: { id: other.id, name: 'Company-Info' } })).toBe(
      'snippet.name_taken',
    )
    expect(await change(ada, { id: other.id, name: 'Other' })).toMatchObject({
      name: 'Other',
      versionNumber: 2,
    })
    const codes = await Promise.all(
      Array.from({ length: 6 }, () => server.codeOf(ada, CREATE, { input: { name: 'race', text: 'x' } })),
    )
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
    expect(codes.filter((code) => code === 'snippet.name_taken')).toHaveLength(5)
  })
})

describe('what a name means', () => {
  test("is one's own snippet, else the shared one, else nothing", async () => {
    const ada = someone()
    const { organizationId } = ada
    const bob = someone({ organizationId })
    const shared = await create(ada, { visibility: 'organization' })
    const own = await create(bob, { name: 'Company-Info', text: 'Bob & Co.' })
    const carol = someone({ organizationId })
    const body = '@COMPANY-INFO and @nothing, mail@company-info'
    expect(await preview(bob, body)).toEqual({
      body: 'Bob & Co. and @nothing, mail@company-info',
      warnings: ['There is no snippet @nothing for you; it stays as written.'],
      snippetNames: ['COMPANY-INFO', 'nothing'],
      snippets: [{ id: own.id, name: 'Company-Info', version: 1, text: 'Bob & Co.' }],
    })
    expect((await preview(carol, body)).body).toBe('We are Acme. and @nothing, mail@company-info')
    expect((await preview(someone(), body)).snippets).toEqual([])
    const byName = '{ snippetByName(name: "@company-INFO") { id resolves } }'
    expect(await server.ask<unknown>(bob, byName)).toEqual({ snippetByName: { id: own.id, resolves: true } })
    expect(await server.ask<unknown>(carol, byName)).toEqual({
      snippetByName: { id: shared.id, resolves: true },
    })
    expect(await server.ask<unknown>(bob, `{ snippet(id: "${shared.id}") { resolves } }`)).toEqual({
      snippet: { resolves: false },
    })
    expect(await server.ask<unknown>(bob, '{ snippetByName(name: "no\\u0000") { id } }')).toEqual({
      snippetByName: null,
    })
    await change(ada, { id: shared.id, text: 'We are Acme again.' })
    expect((await preview(carol, body)).snippets).toMatchObject([{ id: shared.id, version: 2 }])
  })

  test('is never ambiguous: a name is shared once in an organization', async () => {
    const ada = someone()
    const bob = someone({ organizationId: ada.organizationId })
    await create(ada, { visibility: 'organization' })
    const taken = { name: 'Company-info', text: 'x', visibility: 'organization' }
    expect(await server.codeOf(bob, CREATE, { input: taken })).toBe('snippet.name_taken')
    const own = await create(bob)
    expect(await server.codeOf(bob, CHANGE, { input: { id: own.id, visibility: 'organization' } })).toBe(
      'snippet.name_taken',
    )
  })
})

describe('where a snippet is used', () => {
  test('is told of the newest version of each prompt', async () => {
    const ada = someone()
    const snippet = await create(ada)
    const usedBy = async () => {
      const query = `query ($id: ID!) { snippet(id: $id) { usedBy { totalCount edges { node { title } } } } }`
      const answer = await server.ask<{
        snippet: { usedBy: { totalCount: number; edges: { node: { title: string } }[] } }
      }>(ada, query, { id: snippet.id })
      const titles = answer.snippet.usedBy.edges.map(({ node }) => node.title).toSorted()
      expect(answer.snippet.usedBy.totalCount).toBe(titles.length)
      return titles
    }
    expect(await usedBy()).toEqual([])
    const one = await prompts.create(ada, { title: 'One', body: 'Hello @COMPANY-INFO' })
    const two = await prompts.create(ada, { title: 'Two', system: '@company-info', body: 'a@company-info' })
    await prompts.create(ada, { title: 'None', body: '\\@company-info x@company-info @company' })
    await server.ask(ada, `mutation { archivePrompt(id: "${two.id}") { id } }`)
    expect(await usedBy()).toEqual(['One', 'Two'])
    await server.ask(ada, UPDATE, { input: { id: one.id, body: 'Hello' } })
    expect(await usedBy()).toEqual(['Two'])
    await server.ask(ada, `mutation { restorePromptVersion(id: "${one.id}", version: 1) { id } }`)
    await server.ask(ada, `mutation { deletePrompt(id: "${two.id}") { id } }`)
    expect(await usedBy()).toEqual(['One'])
    expect(
      await server.ask<unknown>(ada, '{ prompts(snippet: "Company-Info") { edges { node { title } } } }'),
    ).toEqual({ prompts: { edges: [{ node: { title: 'One' } }] } })
  })

  test('tells nobody of prompts that they do not see', async () => {
    const ada = someone()
    const bob = someone({ organizationId: ada.organizationId })
    const { id } = await create(ada, { visibility: 'organization' })
    const hidden = await prompts.create(ada, { title: 'Hidden', body: '@company-info' })
    const query = `{ snippet(id: "${id}") { usedBy { totalCount } } }`
    expect(await server.ask<unknown>(bob, query)).toEqual({ snippet: { usedBy: { totalCount: 0 } } })
    await server.ask(ada, UPDATE, { input: { id: hidden.id, visibility: 'organization' } })
    expect(await server.ask<unknown>(bob, query)).toEqual({ snippet: { usedBy: { totalCount: 1 } } })
  })
})

test('snippets are listed by name or change, found by words, page by page', async () => {
  const ada = someone()
  for (const name of ['beta', 'Alpha', 'gamma']) await create(ada, { name, text: `Text of ${name}` })
  const list = async (args: string) => {
    const answer = await server.ask<{
      snippets: { edges: { cursor: string; node: { name: string } }[]; totalCount: number }
    }>(ada, `{ snippets${args} { edges { cursor node { name text } } totalCount } }`)
    return answer.snippets
  }
  const namesOf = ({ edges }: Awaited<ReturnType<typeof list>>) => edges.map(({ node }) => node.name)
  expect(namesOf(await list(''))).toEqual(['Alpha', 'beta', 'gamma'])
  expect(namesOf(await list('(sort: name_desc)'))).toEqual(['gamma', 'beta', 'Alpha'])
  expect(namesOf(await list('(sort: updated_desc)'))).toEqual(['gamma', 'Alpha', 'beta'])
  expect(namesOf(await list('(search: "GAM")'))).toEqual(['gamma'])
  expect((await list('(search: "text of")')).totalCount).toBe(3)
  expect(namesOf(await list('(search: "!!")'))).toEqual([])
  const first = await list('(first: 2)')
  expect(namesOf(first)).toEqual(['Alpha', 'beta'])
  const after = first.edges.at(-1)?.cursor ?? ''
  expect(namesOf(await list(`(first: 2, after: "${after}")`))).toEqual(['gamma'])
  expect(namesOf(await list(`(last: 1, before: "${after}")`))).toEqual(['Alpha'])
  expect(await server.codeOf(ada, `{ snippets(after: "${after}", sort: updated_asc) { totalCount } }`)).toBe(
    'input.invalid',
  )
  expect(await server.codeOf(ada, '{ snippets(search: "\\u0000") { totalCount } }')).toBe('input.invalid')
})

test('what happens to a snippet is told once, in order, without name or text', async () => {
  const ada = someone()
  const tap = await connectNats({ ...server.nats, name: 'tap', grants: gatewayGrants() })
  const subscription = tap.subscribe(`qw.${ada.organizationId}.>`)
  await tap.flush()
  const heard: { subject: string; event: QuillworksEvent }[] = []
  const listening = (async () => {
    for await (const message of subscription) {
      heard.push({ subject: message.subject, event: eventSchema.parse(message.json()) })
      if (message.subject.endsWith('.deleted')) return
    }
  })()
  const { id } = await create(ada, { name: 'secret-name', text: 'Secret text' })
  await change(ada, { id, text: 'Secret text' })
  await change(ada, { id, text: 'Other secret', visibility: 'organization' })
  await server.ask(ada, `mutation { deleteSnippet(id: "${id}") { id } }`)
  await listening
  await tap.close()
  expect(heard.map(({ event }) => [event.type, event.data['version'], event.data['changed']])).toEqual([
    ['quillworks.snippet.created.v1', 1, undefined],
    ['quillworks.snippet.updated.v1', 2, ['version', 'visibility']],
    ['quillworks.snippet.deleted.v1', 2, undefined],
  ])
  for (const { subject, event } of heard) {
    expect(subject).toBe(`qw.${ada.organizationId}.prompts.snippet.${id}.${event.type.split('.')[2]}`)
    expect(snippetEventSchemas[event.type as SnippetEventType].parse(event.data)).toMatchObject({
      snippetId: id,
      userId: ada.userId,
    })
    expect(JSON.stringify(event).toLowerCase()).not.toContain('secret')
  }
})
