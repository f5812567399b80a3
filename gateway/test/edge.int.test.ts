import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { signLocalAdmin } from '@quillworks/service-kit/local-admin'
import { getIntrospectionQuery } from 'graphql'
import { z } from 'zod'
import { type Answer, startTestGateway, type TestGateway } from './gateway.ts'
import { until } from './until.ts'

let gateway: TestGateway
const webRequests: { url: string; headers: Headers }[] = []
const web = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { pathname } = new URL(request.url)
    webRequests.push({ url: request.url, headers: new Headers(request.headers) })
    if (pathname === '/slow') {
      request.signal.addEventListener('abort', () =>
        webRequests.push({ url: 'http://left/', headers: new Headers() }),
      )
      return new Response(
        new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('first')) }),
      )
    }
    if (pathname === '/packed.js') {
      return new Response(Bun.gzipSync('console.log(1)'), {
        headers: { 'content-encoding': 'gzip', 'content-type': 'text/javascript' },
      })
    }
    if (pathname === '/form') return new Response(`${request.method} ${await request.text()}`)
    if (pathname === '/metrics')
      return new Response('no such page', { status: 404, headers: { 'content-type': 'text/html' } })
    if (pathname === '/away') return new Response(null, { status: 303, headers: { location: '/elsewhere' } })
    return new Response(`page ${pathname}`, { headers: { 'content-type': 'text/html' } })
  },
})
beforeAll(async () => {
  gateway = await startTestGateway({ webUrl: `http://127.0.0.1:${web.port}` })
})
afterAll(async () => {
  await gateway.close()
  await web.stop(true)
})

const code = (answer: Answer) => answer.errors?.[0]?.extensions['code']

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(`${gateway.url}${path}`, init)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    answer: (text.startsWith('{') ? JSON.parse(text) : {}) as Answer,
  }
}
const graphql = (body: string, headers: Record<string, string> = {}) =>
  send('/graphql', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', cookie: gateway.cookie, ...headers },
  })

describe('what the edge refuses', () => {
  test('a page of another origin, though it has the cookie', async () => {
    const { status, answer } = await graphql('{"query":"{ viewer { scopes } }"}', {
      origin: 'https://evil.example',
    })
    expect([status, code(answer)]).toEqual([403, 'auth.foreign_origin'])
    const own = await graphql('{"query":"{ viewer { scopes } }"}', { origin: gateway.url })
    expect(own.status).toBe(200)
  })

  test('content types that a foreign form could send', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/graphql',
    ]) {
      const { status, answer } = await graphql('{"query":"{ __typename }"}', { 'content-type': type })
      expect([type, status, code(answer)]).toEqual([type, 415, 'body.not_json'])
    }
  })

  test('a mutation by GET', async () => {
    const query = encodeURIComponent('mutation { createProject(input: { name: "x" }) { id } }')
    const { status } = await send(`/graphql?query=${query}`, { headers: { cookie: gateway.cookie } })
    expect(status).toBe(405)
  })

  test('several operations in one body', async () => {
    const { status } = await graphql('[{"query":"{ __typename }"},{"query":"{ __typename }"}]')
    expect(status).toBe(400)
  })

  test('a body over 1 MiB and a document over 64 KiB', async () => {
    const large = await graphql(
      JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(1024 * 1024) } }),
    )
    expect([large.status, code(large.answer)]).toEqual([413, 'body.too_large'])
    const long = await graphql(JSON.stringify({ query: `{ __typename } #${'x'.repeat(64 * 1024)}` }))
    expect([long.status, code(long.answer)]).toEqual([413, 'query.too_large'])
  })

  test('too many tokens, levels, aliases or too high a cost, before any work', async () => {
    const asked = gateway.executions.requests.length
    for (const query of [
      `{ ${'__typename '.repeat(4_001)} }`,
      `{ ${'a { '.repeat(20)} b ${'}'.repeat(21)}`,
      `{ ${Array.from({ length: 61 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
      '{ executions(first: 100000) { edges { node { id } } } }',
    ]) {
      const { answer } = await graphql(JSON.stringify({ query }))
      expect(code(answer)).toMatch(/^(query\.too_complex|graphql\.invalid)$/)
    }
    expect(gateway.executions.requests.length).toBe(asked)
  })

  test('malformed documents, wrong types and U+0000, each with its code', async () => {
    const ask = (query: string, variables = {}) =>
      graphql(JSON.stringify({ query, variables })).then(({ answer }) => code(answer))
    expect(await ask('{')).toBe('graphql.invalid')
    expect(await ask('{ nothing }')).toBe('graphql.invalid')
    expect(
      await ask('query ($first: Int) { projects(first: $first) { edges { cursor } } }', { first: 'many' }),
    ).toBe('input.invalid')
    expect(
      await ask('query ($after: String) { projects(after: $after) { edges { cursor } } }', {
        after: 'a\u0000',
      }),
    ).toBe('input.invalid')
    expect(await ask('{ projects(after: "a\\u0000") { edges { cursor } } }')).toBe('input.invalid')
    expect(await ask('{ projects(first: 500) { edges { cursor } } }')).toBe('input.invalid')
    expect(await ask('{ projects(after: "nonsense") { edges { cursor } } }')).toBe('input.invalid')
  })

  test('names of its services, hosts and files never show', async () => {
    const { text } = await graphql('{"query":"{ executions { totalCount } }"}')
    expect(text).not.toMatch(/127\.0\.0\.1|\/work|node_modules|at .*\.ts/)
  })
})

describe('sessions and keys over HTTP', () => {
  test('the open paths of sign-in are few', async () => {
    for (const path of [
      '/api/auth/sign-up/email',
      '/api/auth/organization/create',
      '/api/auth/api-key/create',
      '/api/auth/ok',
    ]) {
      const { status } = await send(path, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json', cookie: gateway.cookie },
      })
      expect([path, status]).toEqual([path, 404])
    }
    const session = await send('/api/auth/get-session', { headers: { cookie: gateway.cookie } })
    expect(session.answer).toMatchObject({ user: { email: 'owner@quillworks.local' } })
  })

  test('a key works as bearer, and a bad one is 401', async () => {
    const created = await graphql(
      JSON.stringify({
        query: 'mutation { createApiKey(input: { name: "t", scopes: ["identity:read"] }) { key } }',
      }),
    )
    const { key } = z
      .object({ createApiKey: z.object({ key: z.string() }) })
      .parse(created.answer.data).createApiKey
    const body = '{"query":"{ viewer { scopes } }"}'
    const good = await graphql(body, { cookie: '', authorization: `Bearer ${key}` })
    expect(good.answer).toEqual({ data: { viewer: { scopes: ['identity:read'] } } })
    const bad = await graphql(body, { cookie: '', authorization: `Bearer ${key}x` })
    expect([bad.status, code(bad.answer)]).toEqual([401, 'auth.unauthenticated'])
    expect(bad.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('an organization that one does not belong to is not there', async () => {
    const { status, answer } = await graphql('{"query":"{ viewer { scopes } }"}', {
      'x-organization': 'elsewhere',
    })
    expect([status, code(answer)]).toEqual([404, 'organization.not_found'])
  })

  test('the first owner’s link is for holders of the secret', async () => {
    const ask = (authorization?: string) =>
      send('/internal/local-owner-link', {
        method: 'POST',
        ...(authorization ? { headers: { authorization } } : {}),
      })
    expect((await ask()).status).toBe(401)
    expect((await ask('Bearer qwl_nonsense')).status).toBe(401)
    const token = await signLocalAdmin({ secret: gateway.secret })
    const { status, text } = await ask(`Bearer ${token}`)
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      created: false,
      url: expect.stringContaining('/api/auth/local-link?token='),
    })
    const cli = await graphql('{"query":"{ viewer { user { name } } }"}', {
      cookie: '',
      authorization: `Bearer ${token}`,
    })
    expect(cli.answer).toEqual({ data: { viewer: { user: { name: 'Owner' } } } })
  })
})

describe('pages', () => {
  test('that are unknown are a page for people and a code for programs', async () => {
    const page = await send('/metrics', { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect([page.status, page.text]).toEqual([404, 'no such page'])
    for (const accept of ['*/*', 'application/json']) {
      const { status, answer } = await send('/metrics', { headers: { accept } })
      expect([status, code(answer)]).toEqual([404, 'route.not_found'])
    }
  })

  test('come from the web process with the browser’s own headers, and ours on top', async () => {
    const { text, headers } = await send('/workspace/default/prompts?x=1', {
      headers: { cookie: gateway.cookie, 'x-forwarded-for': '6.6.6.6', 'x-quillworks-identity': 'forged' },
    })
    expect(text).toBe('page /workspace/default/prompts')
    const seen = webRequests.at(-1)?.headers
    expect(seen?.get('cookie')).toBe(gateway.cookie)
    expect(seen?.get('x-forwarded-for')).toBe('127.0.0.1')
    expect(seen?.get('x-forwarded-host')).toBe(new URL(gateway.url).host)
    expect(seen?.get('x-quillworks-identity')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  test('and their files pass still compressed, forms with their body, redirects as they are', async () => {
    const packed = await fetch(`${gateway.url}/packed.js`)
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(await packed.text()).toBe('console.log(1)')
    expect((await send('/form', { method: 'POST', body: 'a=1' })).text).toBe('POST a=1')
    const away = await send('/away', { redirect: 'manual' })
    expect([away.status, away.headers.get('location')]).toEqual([303, '/elsewhere'])
  })

  test('end upstream when the browser leaves', async () => {
    const abort = new AbortController()
    const response = await fetch(`${gateway.url}/slow`, { signal: abort.signal })
    expect((await response.body?.getReader().read())?.done).toBe(false)
    abort.abort()
    await until(() => webRequests.some((request) => request.url === 'http://left/'))
  })

  test('an unknown path of the API is no page', async () => {
    expect((await send('/api/nothing')).status).toBe(404)
  })
})

describe('readiness', () => {
  test('is 200 only while every part can serve', async () => {
    expect((await send('/healthz')).status).toBe(200)
    const ready = await send('/readyz')
    expect([ready.status, JSON.parse(ready.text)]).toEqual([
      200,
      { status: 'ready', checks: { database: 'ok', nats: 'ok', executions: 'ok', prompts: 'ok' } },
    ])
    gateway.prompts.setReady(false)
    const failing = await send('/readyz')
    expect([failing.status, JSON.parse(failing.text)]).toMatchObject([
      503,
      { checks: { prompts: 'failing', executions: 'ok' } },
    ])
    gateway.prompts.setReady(true)
  })
})

describe('profiles', () => {
  test('GraphiQL and introspection are there locally and gone in production', async () => {
    const introspect = JSON.stringify({ query: getIntrospectionQuery() })
    expect((await graphql(introspect)).answer.data).toBeDefined()
    const shown = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } })
    const html = await shown.text()
    expect(html).toContain('<!doctype html>')
    expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="http/)
    const policy = shown.headers.get('content-security-policy')
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? ''
    const hash = new Bun.CryptoHasher('sha256').update(script).digest('base64')
    expect(policy).toContain(`default-src 'none'; script-src 'sha256-${hash}';`)
    const production = await startTestGateway({
      profile: 'production',
      rateLimit: { burst: 5, perSecond: 1 },
    })
    try {
      const answer = await production.ask(getIntrospectionQuery())
      expect(answer.errors?.[0]?.extensions['code']).toBe('graphql.invalid')
      const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } })
      expect(await page.text()).not.toContain('<!doctype html>')
      const token = await signLocalAdmin({ secret: production.secret })
      const local = await production.post(
        '{ __typename }',
        {},
        { cookie: '', authorization: `Bearer ${token}` },
      )
      expect(local.status).toBe(401)
      const statuses: number[] = []
      let last = await production.post('{ __typename }')
      for (let count = 0; count < 6; count += 1) {
        last = await production.post('{ __typename }')
        statuses.push(last.status)
      }
      expect(statuses.at(-1)).toBe(429)
      expect(Number(last.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    } finally {
      await production.close()
    }
  })
})
