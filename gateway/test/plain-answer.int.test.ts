import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { summaryOf } from './fake-executions.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let id: string
beforeAll(async () => {
  gateway = await startTestGateway({ rateLimit: { burst: 10_000, perSecond: 1_000 } })
  const { userId, projectId, organizationId } = gateway.owner
  id = gateway.executions.add(organizationId, summaryOf({ ownerId: userId, projectId, name: 'Mine' }))
})
afterAll(() => gateway.close())

const execution = 'query ($id: ID!) { execution(id: $id) { name createdBy { name } } }'

async function ask(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: gateway.cookie, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const shown = [...response.headers].filter(([name]) => !['date', 'content-length'].includes(name))
  return { status: response.status, headers: Object.fromEntries(shown), text: await response.text() }
}

const accepted = [
  '*/*',
  'application/json',
  'application/json, */*',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json',
  'application/graphql-response+json, application/json;q=0.9',
]

describe('a known document is answered as an unknown one', () => {
  // A comment makes a document of its own out of the same question: the first time it is unknown.
  test.each(accepted)('accepting %s', async (accept) => {
    const query = `${execution} # ${accept}`
    const first = await ask({ query, variables: { id } }, { accept })
    const again = await ask({ query, variables: { id }, operationName: null }, { accept })
    expect(JSON.parse(first.text)).toEqual({
      data: { execution: { name: 'Mine', createdBy: { name: 'Owner' } } },
    })
    expect(again).toEqual(first)
  })

  test.each([
    ['another’s or none', { query: execution, variables: { id: newId() } }],
    ['without its variable', { query: execution, variables: {} }],
    ['with a variable of another type', { query: execution, variables: { id: { a: 1 } } }],
    ['with U+0000', { query: execution, variables: { id: 'a\u0000' } }],
    ['with variables that are a list', { query: execution, variables: [1] }],
    [
      'with an operation that it has not',
      { query: execution, variables: { id: 'a' }, operationName: 'other' },
    ],
    ['with a service’s error', { query: '{ executions { totalCount } }' }],
    ['with a list', { query: '{ executions(first: 9) { edges { cursor } } }' }],
  ])('%s', async (_what, body) => {
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
    const unknown = await ask({ ...body, query: `${body.query} # ${newId()}` }, trace)
    await ask({ query: body.query, variables: { id } }, trace)
    expect(await ask(body, trace)).toEqual(unknown)
  })

  test('the weight of a document is judged with each request’s variables', async () => {
    const query = 'query ($first: Int) { executions(first: $first) { edges { node { name kind status } } } }'
    await ask({ query, variables: { first: 1 } })
    const { text } = await ask({ query, variables: { first: 1_000_000 } })
    expect(text).toContain('query.too_complex')
  })

  test('nobody is refused, whoever asked before', async () => {
    await ask({ query: execution, variables: { id } })
    const { status, text } = await ask({ query: execution, variables: { id } }, { cookie: '' })
    expect([status, JSON.parse(text)]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'auth.unauthenticated' } }] },
    ])
  })

  test('a change that fails is made once', async () => {
    const query = 'mutation ($id: ID!) { cancelExecution(id: $id) { id } }'
    await ask({ query, variables: { id } })
    const before = gateway.executions.requests.length
    const { text } = await ask({ query, variables: { id } })
    expect(text).toContain('"errors"')
    expect(gateway.executions.requests.length).toBe(before + 1)
  })
})
