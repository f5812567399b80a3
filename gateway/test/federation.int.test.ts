import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { identityHeader, verifyIdentity } from '@quillworks/service-kit/identity'
import { newTraceparent } from '@quillworks/service-kit/trace'
import { summaryOf } from './fake-executions.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
let id: string
beforeAll(async () => {
  gateway = await startTestGateway()
  const { userId, projectId, organizationId } = gateway.owner
  id = gateway.executions.add(organizationId, summaryOf({ ownerId: userId, projectId, name: 'Mine' }))
})
afterAll(() => gateway.close())

const across = 'query ($id: ID!) { execution(id: $id) { name createdBy { name } } viewer { user { email } } }'

describe('one query over several subgraphs', () => {
  test('follows an entity from executions to identity', async () => {
    expect(await gateway.ask(across, { id })).toEqual({
      data: {
        execution: { name: 'Mine', createdBy: { name: 'Owner' } },
        viewer: { user: { email: 'owner@quillworks.local' } },
      },
    })
  })

  test('asks each service in the caller’s signed name and trace, whatever the caller sent as identity', async () => {
    const traceparent = newTraceparent()
    await gateway.ask(across, { id }, { traceparent, [identityHeader]: 'forged' })
    const { headers } = gateway.executions.requests.at(-1) ?? { headers: new Headers() }
    const identity = await verifyIdentity({
      secret: gateway.secret,
      audience: 'executions',
      token: headers.get(identityHeader),
    })
    expect(identity).toEqual(gateway.owner)
    expect(headers.get('traceparent')?.split('-')[1]).toBe(traceparent.split('-')[1] ?? '')
    expect(headers.get('cookie')).toBeNull()
  })

  test('never gives one user’s answer to another, with many asking the same at once', async () => {
    const { url } = gateway
    const ask = async (cookie: string) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify({ query: across, variables: { id } }),
      })
      return (await response.json()) as { data?: { execution?: unknown } }
    }
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => ask(index % 2 === 0 ? gateway.cookie : 'nobody=1')),
    )
    answers.forEach((answer, index) => expect(Boolean(answer.data?.execution)).toBe(index % 2 === 0))
  })
})

describe('errors', () => {
  test('a coded error of a service arrives with its code and path, and nothing of the request', async () => {
    const answer = await gateway.ask('query ($id: ID!) { executionEvents(id: $id) { edges { cursor } } }', {
      id: newId(),
    })
    expect(answer.errors).toEqual([
      {
        message: 'There is no such execution.',
        path: ['executionEvents'],
        extensions: { code: 'execution.not_found' },
      },
    ])
  })

  test('what breaks inside a service is masked and named by its trace', async () => {
    const traceparent = newTraceparent()
    const answer = await gateway.ask('{ executions { totalCount } }', {}, { traceparent })
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'internal', traceId: traceparent.split('-')[1] })
  })

  test('a service that is down fails its own fields only', async () => {
    await gateway.prompts.stop()
    const answer = await gateway.ask(
      'query ($id: ID!) { prompt(id: $id) { title } execution(id: $id) { name } }',
      { id },
    )
    expect(answer.data).toEqual({ prompt: null, execution: { name: 'Mine' } })
    expect(answer.errors).toHaveLength(1)
    expect(answer.errors?.[0]).toMatchObject({
      path: ['prompt'],
      extensions: { code: 'service.unavailable' },
    })
    expect(JSON.stringify(answer)).not.toContain('127.0.0.1')
  })

  test('nobody is asked to sign in', async () => {
    const response = await gateway.post('{ viewer { scopes } }', {}, { cookie: '' })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'auth.unauthenticated' } }],
    })
  })
})
