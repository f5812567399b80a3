import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { summaryOf } from './fake-executions.ts'
import { type Answer, startTestGateway, type TestGateway } from './gateway.ts'
import { until } from './until.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

function add(over: Partial<ReturnType<typeof summaryOf>> = {}): string {
  const { userId, projectId, organizationId } = gateway.owner
  return gateway.executions.add(organizationId, summaryOf({ ownerId: userId, projectId, ...over }))
}

async function get(path: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
  const response = await fetch(`${gateway.url}${path}`, {
    headers: { cookie: gateway.cookie, ...headers },
    ...(signal ? { signal } : {}),
  })
  const text = await response.text()
  const body = (text ? JSON.parse(text) : undefined) as Record<string, unknown> & Answer
  return { status: response.status, headers: response.headers, body }
}
async function statusOf(
  ids: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  const response = await fetch(`${gateway.url}/api/executions/status`, {
    method: 'POST',
    headers: { cookie: gateway.cookie, ...headers },
    body: JSON.stringify({ ids }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown> & Answer,
  }
}
const code = (answer: { body: Answer }) => answer.body.errors?.[0]?.extensions['code']

describe('GET /api/executions/:id', () => {
  test('has the shape of the API, its revision as entity tag, and when to ask again', async () => {
    const id = add()
    const polled = await get(`/api/executions/${id}`)
    expect(polled.status).toBe(200)
    expect(polled.headers.get('etag')).toBe(`"${id}.1"`)
    expect(polled.headers.get('retry-after')).toBe('3')
    const pushed = await gateway.ask(
      'query ($id: ID!) { execution(id: $id) { id status revision progress { done total } usage { costUsd unknownAttempts } } }',
      { id },
    )
    expect(polled.body).toMatchObject(pushed.data?.['execution'] as object)
    expect((await get(`/api/jobs/${id}/status`)).body).toEqual(polled.body)
  })

  test('is 304 while nothing changed', async () => {
    const id = add()
    const etag = (await get(`/api/executions/${id}`)).headers.get('etag') ?? ''
    expect((await get(`/api/executions/${id}`, { 'if-none-match': etag })).status).toBe(304)
    gateway.executions.change(id, { status: 'succeeded' })
    const changed = await get(`/api/executions/${id}`, { 'if-none-match': etag })
    expect([changed.status, changed.body['status'], changed.headers.get('retry-after')]).toEqual([
      200,
      'succeeded',
      null,
    ])
  })

  test('waits for what is newer than a revision, and answers at once when it already is', async () => {
    const id = add()
    const waiting = get(`/api/executions/${id}?wait=30&revision=1`)
    await until(() => gateway.openSubscriptions() === 1)
    gateway.executions.change(id, { status: 'succeeded' })
    expect((await waiting).body).toMatchObject({ status: 'succeeded', revision: 2 })
    expect((await get(`/api/executions/${id}?wait=30&revision=1`)).body['revision']).toBe(2)
    await until(() => gateway.openSubscriptions() === 0)
  })

  test('stops waiting at its time and when its client leaves', async () => {
    const id = add()
    expect((await get(`/api/executions/${id}?wait=1&revision=1`)).body['revision']).toBe(1)
    const abort = new AbortController()
    const left = get(`/api/executions/${id}?wait=30&revision=1`, {}, abort.signal)
    await until(() => gateway.openSubscriptions() === 1)
    abort.abort()
    await expect(left).rejects.toThrow()
    await until(() => gateway.openSubscriptions() === 0)
  })

  test('is 400 for no id, 404 for missing and foreign, 401 for nobody', async () => {
    const foreign = gateway.executions.add(newId(), summaryOf({ ownerId: newId(), projectId: newId() }))
    const answers = await Promise.all([
      get('/api/executions/nonsense'),
      get(`/api/executions/${newId()}`),
      get(`/api/executions/${foreign}`),
      get(`/api/executions/${add()}`, { cookie: '' }),
      get(`/api/executions/${add()}?wait=long`),
    ])
    expect(answers.map((answer) => [answer.status, code(answer)])).toEqual([
      [400, 'input.invalid'],
      [404, 'execution.not_found'],
      [404, 'execution.not_found'],
      [401, 'auth.unauthenticated'],
      [400, 'input.invalid'],
    ])
    expect(answers[1]?.body).toEqual(answers[2]?.body)
  })

  test('is only read', async () => {
    const response = await fetch(`${gateway.url}/api/executions/${add()}`, {
      method: 'DELETE',
      headers: { cookie: gateway.cookie },
    })
    expect(response.status).toBe(405)
  })
})

describe('POST /api/executions/status', () => {
  test('tells of many, names those that are not there, and whether to ask again', async () => {
    const [one, two, missing] = [add(), add({ status: 'succeeded' }), newId()]
    const { status, headers, body } = await statusOf([one, two, missing, one])
    expect(status).toBe(200)
    expect(body).toMatchObject({ missing: [missing], hasPending: true })
    expect((body['executions'] as { id: string }[]).map((execution) => execution.id)).toEqual([one, two])
    expect(headers.get('retry-after')).toBe('3')
    expect((await statusOf([two])).headers.get('retry-after')).toBeNull()
  })

  test('refuses what is no list of up to 100 ids', async () => {
    for (const ids of [undefined, [], 'x', ['x'], [1], Array.from({ length: 101 }, () => newId())]) {
      const answer = await statusOf(ids)
      expect([answer.status, code(answer)]).toEqual([400, 'input.invalid'])
    }
    expect((await statusOf([newId()], { 'content-type': 'text/plain' })).status).toBe(415)
  })
})
