import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import type { PromptSort } from './prompt-list.ts'

let server: PromptsServer
beforeAll(async () => {
  server = await startPromptsServer()
})
afterAll(async () => {
  await server.close()
})

const LIST = `query ($first: Int, $last: Int, $after: String, $before: String, $search: String, $tag: String, $model: String, $sort: PromptSort, $archived: Boolean = false) {
  prompts(first: $first, last: $last, after: $after, before: $before, search: $search, tag: $tag, model: $model, sort: $sort, archived: $archived) {
    totalCount totalCountCapped pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id title body tags } }
  } }`

interface Page {
  totalCount: number
  totalCountCapped: boolean
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  edges: { cursor: string; node: { id: string; title: string; body: string; tags: string[] } }[]
}

async function list(identity: Identity, variables: Record<string, unknown> = {}): Promise<Page> {
  return (await server.ask<{ prompts: Page }>(identity, LIST, variables)).prompts
}

const titles = (page: Page) => page.edges.map((edge) => edge.node.title)

async function make(identity: Identity, input: Record<string, unknown>): Promise<string> {
  const query = `mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }`
  const made = await server.ask<{ createPrompt: { id: string } }>(identity, query, {
    input: { body: 'B', ...input },
  })
  return made.createPrompt.id
}

describe('a list of prompts', () => {
  const ada = someone()
  beforeAll(async () => {
    for (const title of ['delta', 'Alpha', 'charlie', 'Bravo', 'echo']) await make(ada, { title })
  })

  const orders: [PromptSort, string[]][] = [
    ['created_asc', ['delta', 'Alpha', 'charlie', 'Bravo', 'echo']],
    ['created_desc', ['echo', 'Bravo', 'charlie', 'Alpha', 'delta']],
    ['updated_asc', ['delta', 'Alpha', 'charlie', 'Bravo', 'echo']],
    ['updated_desc', ['echo', 'Bravo', 'charlie', 'Alpha', 'delta']],
    ['title_asc', ['Alpha', 'Bravo', 'charlie', 'delta', 'echo']],
    ['title_desc', ['echo', 'delta', 'charlie', 'Bravo', 'Alpha']],
  ]
  for (const [sort, expected] of orders) {
    test(`sorted by ${sort} is walked in pages forward and backward without a gap`, async () => {
      const forward: string[] = []
      let after: string | null = null
      for (
        let page: Page | undefined;
        page === undefined || page.pageInfo.hasNextPage;
        after = page.pageInfo.endCursor
      ) {
        page = await list(ada, { first: 2, after, sort })
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
        forward.push(...titles(page))
      }
      expect(forward).toEqual(expected)
      const backward: string[] = []
      let before: string | null = null
      for (
        let page: Page | undefined;
        page === undefined || page.pageInfo.hasPreviousPage;
        before = page.pageInfo.startCursor
      ) {
        page = await list(ada, { last: 2, before, sort })
        expect(page.pageInfo.hasNextPage).toBe(before !== null)
        backward.unshift(...titles(page))
      }
      expect(backward).toEqual(expected)
    })
  }

  test('counts, and shows the newest first where nothing is said', async () => {
    const page = await list(ada)
    expect(page).toMatchObject({ totalCount: 5, totalCountCapped: false })
    expect(titles(page)[0]).toBe('echo')
  })

  test('refuses cursors of other lists, forged ones, and pages of impossible sizes', async () => {
    const cursor = (await list(ada, { sort: 'title_asc' })).edges[0]?.cursor
    const forged = [
      'nonsense',
      '',
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from(JSON.stringify(['x', 1, newId()])).toString('base64url'),
    ].filter((text) => text !== '')
    const attempts: Record<string, unknown>[] = [
      { after: '', sort: 'title_asc' },
      { after: cursor, sort: 'updated_desc' },
      { after: cursor, sort: 'title_asc', tag: 'x' },
      ...forged.map((after) => ({ after, sort: 'title_asc' })),
      { before: 'nonsense' },
      { first: 0 },
      { first: -1 },
      { first: 101 },
      { last: 101 },
      { first: 1, last: 1 },
      { search: 'a\u0000' },
      { tag: '\u0000' },
    ]
    for (const variables of attempts) {
      expect([variables, await server.codeOf(ada, LIST, variables)]).toEqual([variables, 'input.invalid'])
    }
  })

  test('does not take a cursor whose inside was changed', async () => {
    const cursor = (await list(ada, { sort: 'updated_desc' })).edges[0]?.cursor ?? ''
    const [fingerprint, , id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    for (const inside of [
      [fingerprint, 'text', id],
      [fingerprint, 1e300, id],
      [fingerprint, 1, "'"],
      [fingerprint, 1],
    ]) {
      const after = Buffer.from(JSON.stringify(inside)).toString('base64url')
      expect(await server.codeOf(ada, LIST, { after, sort: 'updated_desc' })).toBe('input.invalid')
    }
  })
})

describe('filters', () => {
  const ada = someone()
  let archived = ''
  beforeAll(async () => {
    await make(ada, {
      title: 'Letter to a customer',
      body: 'Write kindly to {{name}}',
      tags: ['Mail', 'daily'],
      model: 'demo/writer',
    })
    await make(ada, {
      title: 'Invoice reminder',
      body: 'Remind the customer, größer',
      system: 'Be firm about e-mail',
      tags: ['mail'],
    })
    archived = await make(ada, { title: 'Old letter', tags: ['mail'], model: 'demo/writer' })
    await server.ask(ada, 'mutation ($id: ID!) { archivePrompt(id: $id) { id } }', { id: archived })
  })

  const cases: [string, Record<string, unknown>, string[]][] = [
    ['a word of the title', { search: 'invoice' }, ['Invoice reminder']],
    ['a word of the body', { search: 'kindly' }, ['Letter to a customer']],
    ['a word of the system text', { search: 'firm' }, ['Invoice reminder']],
    ['beginnings of words, all of them', { search: 'cust let' }, ['Letter to a customer']],
    ['words in any case and script', { search: 'GRÖSS' }, []],
    ['words in any case', { search: 'GRÖßER' }, ['Invoice reminder']],
    ['words with signs', { search: "e-mail's 'firm' | ! & ( :*" }, []],
    ['nothing but signs', { search: '!!! &' }, []],
    ['blanks as no search', { search: '  ' }, ['Invoice reminder', 'Letter to a customer']],
    ['a tag in any case', { tag: 'MAIL' }, ['Invoice reminder', 'Letter to a customer']],
    ['a tag and a model', { tag: 'mail', model: 'demo/writer' }, ['Letter to a customer']],
    ['those archived', { archived: true }, ['Old letter']],
    ['all', { archived: null, search: 'letter' }, ['Letter to a customer', 'Old letter']],
    ['an unknown tag', { tag: 'none' }, []],
  ]
  for (const [what, variables, expected] of cases) {
    test(`find ${what}`, async () => {
      const page = await list(ada, variables)
      expect(titles(page).toSorted()).toEqual(expected)
      expect(page.totalCount).toBe(expected.length)
    })
  }

  test('find what a save has changed, and no longer what it took away', async () => {
    const id = await make(ada, { title: 'Before', body: 'zebra' })
    await server.ask(ada, 'mutation ($input: UpdatePromptInput!) { updatePrompt(input: $input) { id } }', {
      input: { id, body: 'giraffe', tags: ['new'] },
    })
    expect(titles(await list(ada, { search: 'giraffe' }))).toEqual(['Before'])
    expect(titles(await list(ada, { tag: 'new' }))).toEqual(['Before'])
    expect(titles(await list(ada, { search: 'zebra' }))).toEqual([])
  })

  test('find words at the beginning of the longest body, and such a body is stored at all', async () => {
    const words = Array.from({ length: 30_000 }, (_, index) => `w${index.toString(36)}`)
      .join(' ')
      .slice(0, 250_000)
    await make(ada, { title: 'Long', body: `hippopotamus ${words}` })
    expect(titles(await list(ada, { search: 'hippo' }))).toEqual(['Long'])
  })
})
