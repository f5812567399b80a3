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
    expect((await get(`/api/ai/jobs/${id}/status`)).body).toEqual(polled.body)
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

  test('is found by the key that it was started with', async () => {
    // The service of this test takes the id for the key.
    const id = add()
    const found = await get(`/api/executions?idempotencyKey=${id}`)
    expect(found.body).toEqual((await get(`/api/executions/${id}`)).body)
    expect([found.headers.get('etag'), found.headers.get('retry-after')]).toEqual([`"${id}.1"`, '3'])
    const others = await Promise.all([
      get(`/api/executions?idempotencyKey=${newId()}`),
      get('/api/executions'),
      get(`/api/executions?idempotencyKey=${id}`, { cookie: '' }),
    ])
    expect(others.map((answer) => [answer.status, code(answer)])).toEqual([
      [404, 'execution.not_found'],
      [400, 'input.invalid'],
      [401, 'auth.unauthenticated'],
    ])
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
  const idsOf = (list: unknown) => (list as { id: string }[]).map((one) => one.id)

  test('tells of many, says of each that is not there what a single question would, and when to ask again', async () => {
    const foreign = gateway.executions.add(newId(), summaryOf({ ownerId: newId(), projectId: newId() }))
    const [one, two, missing] = [add(), add({ status: 'succeeded' }), newId()]
    const { status, headers, body } = await statusOf([one, two, missing, foreign, 'x', one])
    expect(status).toBe(200)
    expect(body).toMatchObject({
      unchanged: [],
      errors: [
        { id: missing, status: 404, code: 'execution.not_found' },
        { id: foreign, status: 404, code: 'execution.not_found' },
        { id: 'x', status: 400, code: 'input.invalid' },
      ],
      hasPending: true,
      intervalSeconds: 3,
      leastIntervalSeconds: 1,
    })
    expect(idsOf(body['executions'])).toEqual([one, two])
    expect((body['executions'] as object[])[0]).toEqual((await get(`/api/executions/${one}`)).body)
    expect(headers.get('retry-after')).toBe('3')
    expect((await statusOf([two])).headers.get('retry-after')).toBeNull()
  })

  test('leaves out what the caller has already, and still says that it goes on', async () => {
    const [known, old, unknown, ended] = [add(), add(), add(), add({ status: 'failed' })]
    gateway.executions.change(old, { status: 'succeeded' })
    const { body, headers } = await statusOf([
      { id: known, revision: 1 },
      { id: old, revision: 1 },
      { id: unknown },
      { id: ended, revision: 1 },
      { id: 'x', revision: 1 },
    ])
    expect([idsOf(body['executions']), body['unchanged'], idsOf(body['errors']), body['hasPending']]).toEqual(
      [[old, unknown], [known, ended], ['x'], true],
    )
    expect(headers.get('retry-after')).toBe('3')
    const rest = await statusOf([{ id: ended, revision: 1 }])
    expect([rest.body['executions'], rest.body['hasPending']]).toEqual([[], false])
  })

  test('asks the service for no more at once than it takes', async () => {
    const ids = Array.from({ length: 150 }, () => add())
    expect(idsOf((await statusOf(ids)).body['executions'])).toEqual(ids)
  })

  test('refuses what is no list of executions, or a longer one than the setting allows', async () => {
    const tooMany = Array.from({ length: 151 }, () => newId())
    for (const ids of [undefined, [], 'x', [1], [{ id: newId(), revision: 'x' }], tooMany]) {
      const answer = await statusOf(ids)
      expect([answer.status, code(answer)]).toEqual([400, 'input.invalid'])
    }
    expect((await statusOf([newId()], { 'content-type': 'text/plain' })).status).toBe(415)
  })
})
