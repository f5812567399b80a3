import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { summaryOf } from './fake-executions.ts'
import { type Answer, startTestGateway, type TestGateway } from './gateway.ts'
import { followEvents, openSocket } from './subscriptions.ts'
import { until } from './until.ts'

// Every refusal of the edge is `{ errors: [{ message, extensions: { code } }] }` with a status that fits.

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

const json = { 'content-type': 'application/json' }

async function send(
  path: string,
  init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
) {
  const headers = { cookie: gateway.cookie, ...init.headers }
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers, redirect: 'manual' })
  const text = await response.text()
  const answer = JSON.parse(text || '{}') as Answer
  return { status: response.status, headers: response.headers, answer, text }
}
async function refusal(path: string, init: Parameters<typeof send>[1] = {}) {
  const { status, answer } = await send(path, init)
  const [error] = answer.errors ?? []
  expect(Object.keys(answer)).toEqual(['errors'])
  expect(error?.message).not.toMatch(/expected|received|Too (big|small)/)
  expect(error?.extensions).not.toHaveProperty('http')
  return [status, error?.extensions['code']]
}
const post = (body: string, headers: Record<string, string> = json) => ({ method: 'POST', body, headers })
const typename = '{"query":"{ __typename }"}'

describe('what is wrong with a variable is told with the place of its argument', () => {
  for (const [what, query, variables, path] of [
    ['of a wrong type', 'query($n: Int) { executions(first: $n) { hasPending } }', { n: 'x' }, ['first']],
    ['that is missing', 'query($i: ID!) { execution(id: $i) { id } }', {}, ['id']],
    ['with U+0000', 'query($i: ID!) { execution(id: $i) { id } }', { i: 'a\u0000' }, ['id']],
  ] as const) {
    test(what, async () => {
      const { answer } = await send('/graphql', post(JSON.stringify({ query, variables })))
      expect([answer.errors?.[0]?.extensions]).toMatchObject([
        { code: 'input.invalid', issues: [{ path: [...path] }] },
      ])
    })
  }
})

describe('the edge refuses with a code', () => {
  test('methods that a path does not have', async () => {
    for (const [path, method] of [
      ['/graphql', 'PUT'],
      ['/graphql', 'DELETE'],
      ['/api/executions/status', 'GET'],
      [`/api/executions/${newId()}`, 'PATCH'],
      ['/internal/local-owner-link', 'GET'],
      ['/api/auth/sign-in/email', 'GET'],
      ['/api/auth/get-session', 'DELETE'],
    ] as const) {
      expect([path, method, ...(await refusal(path, { method }))]).toEqual([
        path,
        method,
        405,
        'method.not_allowed',
      ])
    }
    const mutation = encodeURIComponent('mutation { createProject(input: { name: "x" }) { id } }')
    expect(await refusal(`/graphql?query=${mutation}`)).toEqual([405, 'method.not_allowed'])
  })

  test('paths of the API that are not there', async () => {
    for (const path of ['/api', '/api/nothing', '/api/executions/a/b', '/api/auth/sign-up', '/internal/x']) {
      expect([path, ...(await refusal(path))]).toEqual([path, 404, 'route.not_found'])
    }
  })

  test('answers that no client could read, before anything is done', async () => {
    const before = await gateway.ask('{ projects { edges { cursor } } }')
    const create = JSON.stringify({ query: 'mutation { createProject(input: { name: "unread" }) { id } }' })
    for (const accept of ['text/html', 'application/xml', 'application/json;q=0']) {
      expect(await refusal('/graphql', post(create, { ...json, accept }))).toEqual([
        406,
        'accept.unsupported',
      ])
    }
    expect(await gateway.ask('{ projects { edges { cursor } } }')).toEqual(before)
  })

  test('a subscription whose client takes no stream, and keeps nothing open for it', async () => {
    const { userId, projectId, organizationId } = gateway.owner
    const id = gateway.executions.add(organizationId, summaryOf({ ownerId: userId, projectId }))
    for (const query of [
      `subscription { executionUpdated(id: "${id}") { id } }`,
      `subscription { executionUpdated(id: "${id}") { id durationMs } }`,
    ]) {
      const body = JSON.stringify({ query })
      expect(await refusal('/graphql', post(body, { ...json, accept: 'application/json' }))).toEqual([
        406,
        'accept.unsupported',
      ])
    }
    expect(gateway.openSubscriptions()).toBe(0)
  })

  test('bodies over 1 MiB, said or sent in chunks', async () => {
    const large = JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(1024 * 1024) } })
    const chunks = (count: number) =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(Buffer.from(large))
          for (let sent = 1; sent < count; sent += 1) controller.enqueue(new Uint8Array(1024 * 1024))
          controller.close()
        },
      })
    for (const path of ['/graphql', '/api/executions/status', '/api/auth/sign-in/email']) {
      expect(await refusal(path, post(large))).toEqual([413, 'body.too_large'])
      for (const count of [1, 12]) {
        const chunked = { ...post(''), body: chunks(count) }
        expect(await refusal(path, chunked)).toEqual([413, 'body.too_large'])
      }
    }
    const small = new Blob([typename]).stream()
    expect((await send('/graphql', { ...post(''), body: small })).answer).toEqual({
      data: { __typename: 'Query' },
    })
  })

  test('a length that is beyond everything, at once', async () => {
    const { port, hostname } = new URL(gateway.url)
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n{',
        ),
      )
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString()
        if (text.includes('body.too_large')) resolve(text)
        socket.end()
      })
      socket.on('close', () => resolve(text))
    })
    expect(answer).toContain(' 413 ')
    expect(answer).toContain('body.too_large')
  })

  test('what is no JSON, or another JSON than asked for', async () => {
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '7',
      '{"query":7}',
      '{"query":"{ __typename }","variables":7}',
    ]) {
      expect([body, ...(await refusal('/graphql', post(body)))]).toEqual([body, 400, 'input.invalid'])
      expect([body, ...(await refusal('/api/executions/status', post(body)))]).toEqual([
        body,
        400,
        'input.invalid',
      ])
      expect([body, ...(await refusal('/api/auth/sign-in/email', post(body)))]).toEqual([
        body,
        400,
        'input.invalid',
      ])
    }
    for (const path of ['/graphql', '/api/executions/status', '/api/auth/sign-in/email']) {
      expect(await refusal(path, post(typename, { 'content-type': 'text/plain' }))).toEqual([
        415,
        'body.not_json',
      ])
    }
  })

  test('an address whose variables are no JSON', async () => {
    for (const name of ['variables', 'extensions']) {
      const path = `/graphql?query=${encodeURIComponent('{ __typename }')}&${name}=${encodeURIComponent('{')}`
      expect(await refusal(path)).toEqual([400, 'input.invalid'])
    }
  })

  test('text that could only be stored changed', async () => {
    const query = 'mutation ($name: String!) { createProject(input: { name: $name }) { name } }'
    for (const name of ['a\u0000', '\ud800', 'a\udc00b']) {
      expect((await gateway.ask(query, { name })).errors?.[0]?.extensions['code']).toBe('input.invalid')
    }
    const pair = await gateway.ask(query, { name: 'a \u{1f58b}' })
    expect(pair.data).toEqual({ createProject: { name: 'a \u{1f58b}' } })
  })

  test('a list that holds something else than ids and revisions', async () => {
    for (const ids of [[1], [{}], [{ id: newId(), revision: -1 }], {}]) {
      const [status, code] = await refusal('/api/executions/status', post(JSON.stringify({ ids })))
      expect([status, code]).toEqual([400, 'input.invalid'])
    }
  })

  test('ids of a path that are none, whatever they hold', async () => {
    for (const id of ['x', '%00', '%ZZ', '..%2f', '%ED%A0%80', '__proto__', 'a'.repeat(5_000)]) {
      expect([id, ...(await refusal(`/api/executions/${id}`))]).toEqual([id, 400, 'input.invalid'])
    }
  })

  test('a sign-in that fails, and one tried too often', async () => {
    const body = { email: 'nobody@quillworks.local', password: 'wrong-password' }
    const attempt = (over: object) =>
      send('/api/auth/sign-in/email', post(JSON.stringify({ ...body, ...over }), { ...json, cookie: '' }))
    await gateway.identity.database.sql`delete from identity.sign_in_limits`
    const wrong = await attempt({})
    expect([wrong.status, wrong.answer.errors?.[0]?.extensions]).toEqual([
      401,
      { code: 'auth.wrong_password' },
    ])
    for (const over of [{ email: 'x' }, { email: 7 }, { password: null }]) {
      const { status, answer } = await attempt(over)
      expect([status, answer.errors?.[0]?.extensions['code']]).toEqual([400, 'input.invalid'])
    }
    let last = wrong
    for (let count = 0; count < 30 && last.status !== 429; count += 1) last = await attempt({})
    expect(last.answer.errors?.[0]?.extensions['code']).toBe('rate.limited')
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('dates that no calendar has', async () => {
    const query = 'mutation ($at: DateTime) { createApiKey(input: { name: "x", expiresAt: $at }) { key } }'
    const answer = await gateway.ask(query, { at: '2027-02-30T00:00:00Z' })
    expect(answer.errors?.[0]?.extensions['code']).toBe('input.invalid')
    const literal = await gateway.ask(
      query.replace('$at }', '"2027-02-30T00:00:00Z" }').replace('($at: DateTime)', ''),
    )
    expect(literal.errors?.[0]?.extensions['code']).toBe('input.invalid')
  })
})

describe('sockets and streams', () => {
  const id = newId()
  const follow = `subscription { executionUpdated(id: "${id}") { id } }`

  test('say the codes that HTTP says, and nothing of HTTP', async () => {
    const socket = openSocket(gateway)
    for (const [query, code] of [
      ['mutation { createProject(input: { name: "x" }) { id } }', 'method.not_allowed'],
      ['{ nothing }', 'graphql.invalid'],
      ['query A { __typename } query B { __typename }', 'graphql.invalid'],
      ['{ projects(after: "bogus") { edges { cursor } } }', 'input.invalid'],
      [follow, 'execution.not_found'],
    ] as const) {
      const follower = socket.follow(query)
      const failed = await Promise.race([follower.next().then(({ errors }) => errors), follower.ended])
      const errors = failed as { extensions: Record<string, unknown> }[]
      expect([query, errors[0]?.extensions['code']]).toEqual([query, code])
      expect(JSON.stringify(errors)).not.toContain('http')
      if (query.startsWith('subscription')) {
        const stream = await followEvents(gateway, { query, headers: { cookie: gateway.cookie } })
        expect((await stream.next()).errors?.[0]?.extensions).toEqual({ code })
        stream.stop()
      } else if (!query.startsWith('mutation')) {
        expect((await gateway.ask(query)).errors?.[0]?.extensions['code']).toBe(code)
      }
    }
    await socket.close()
    await until(() => gateway.openSubscriptions() === 0)
  })

  test('that are refused say why in what a close frame can hold', async () => {
    for (const [options, reason] of [
      [{ cookie: '' }, /^auth\.unauthenticated: Sign in/],
      [
        { cookie: '', params: { Authorization: 'Bearer qwk_nonsense' } },
        /^auth\.unauthenticated: This API key/,
      ],
      [{ params: { 'X-Organization': 'elsewhere' } }, /^organization\.not_found: /],
    ] as const) {
      const socket = openSocket(gateway, options)
      const closed = (await socket.follow(follow).ended) as { code: number; reason: string }
      expect(closed.code).toBe(4403)
      expect(closed.reason).toMatch(reason)
      expect(Buffer.byteLength(closed.reason)).toBeLessThanOrEqual(123)
    }
  })

  test('that cannot open are refused in plain HTTP with a code', async () => {
    const upgrade = {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-key': 'x',
      'sec-websocket-version': '13',
    }
    const protocol = { 'sec-websocket-protocol': 'graphql-transport-ws' }
    expect(await refusal('/graphql', { headers: upgrade })).toEqual([400, 'upgrade.invalid'])
    expect(await refusal('/elsewhere', { headers: { ...upgrade, ...protocol } })).toEqual([
      404,
      'route.not_found',
    ])
    const foreign = { ...upgrade, ...protocol, origin: 'https://evil.example' }
    expect(await refusal('/graphql', { headers: foreign })).toEqual([403, 'auth.foreign_origin'])
  })
})
