import { $ } from 'bun'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAddressAllowed, parseAllowList } from './address-rules.ts'
import { remembering, createGuardedFetch } from './guarded-fetch.ts'

const folder = mkdtempSync(join(tmpdir(), 'guard-'))
const certificate = join(folder, 'certificate.pem')
const key = join(folder, 'key.pem')
let plain: Bun.Server<undefined>
let secure: Bun.Server<undefined>

beforeAll(async () => {
  await $`openssl req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${certificate} -days 2 -subj /CN=models.test -addext subjectAltName=DNS:models.test`.quiet()
  const reply = (request: Request) =>
    new URL(request.url).pathname === '/away'
      ? new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } })
      : new Response(`reached ${request.headers.get('host')}`)
  plain = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: reply })
  secure = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: { key: Bun.file(key), cert: Bun.file(certificate) },
    fetch: reply,
  })
})
afterAll(async () => {
  await plain.stop(true)
  await secure.stop(true)
})

const loopback = parseAllowList(['loopback'])
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: unknown) => error,
  )

test.each([
  ['93.184.215.14', true],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:a9fe:a9fe', false],
  ['64:ff9b::7f00:1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['not an address', false],
])('without entries %s is reached: %p', (address, allowed) => {
  expect(isAddressAllowed(parseAllowList([]), 'host.test', '443', address)).toBe(allowed)
})

test('a named host may be private, but never the link-local range', () => {
  const allow = parseAllowList(['gpu.test:8000'])
  expect(isAddressAllowed(allow, 'gpu.test', '8000', '10.0.0.5')).toBe(true)
  expect(isAddressAllowed(allow, 'gpu.test', '22', '10.0.0.5')).toBe(false)
  expect(isAddressAllowed(allow, 'gpu.test', '8000', '169.254.169.254')).toBe(false)
})

test('connects to the address that was checked and to nothing else', async () => {
  const pinnedHome = createGuardedFetch({ allow: loopback, resolve: async () => ['127.0.0.1'] })
  const response = await pinnedHome(`http://models.test:${plain.port}/`)
  expect(await response.text()).toBe(`reached models.test:${plain.port}`)
  const blackHole = createGuardedFetch({
    allow: parseAllowList(['192.0.2.0/24']),
    resolve: async () => ['192.0.2.1'],
  })
  const error = await failure(
    blackHole(`http://localhost:${plain.port}/`, { signal: AbortSignal.timeout(500) }),
  )
  expect(error).toBeInstanceOf(Error)
})

test('asks the resolver once, so that rebinding between check and connect changes nothing', async () => {
  const answers = [['127.0.0.1'], ['192.0.2.1']]
  let asked = 0
  const guarded = createGuardedFetch({ allow: loopback, resolve: async () => answers[asked++] ?? [] })
  expect((await guarded(`http://models.test:${plain.port}/`)).status).toBe(200)
  expect(asked).toBe(1)
})

test('refuses a host as soon as one of its addresses is private', async () => {
  const guarded = createGuardedFetch({
    allow: parseAllowList([]),
    resolve: async () => ['93.184.215.14', '127.0.0.1'],
  })
  expect(await failure(guarded(`http://models.test:${plain.port}/`))).toMatchObject({ reason: 'private' })
  expect(await failure(guarded('http://[::ffff:7f00:1]/'))).toMatchObject({ reason: 'private' })
})

test('refuses redirects, other schemes and credentials in the URL', async () => {
  const guarded = createGuardedFetch({ allow: loopback })
  expect(await failure(guarded(`http://127.0.0.1:${plain.port}/away`))).toMatchObject({ reason: 'redirect' })
  expect(await failure(guarded('file:///etc/passwd'))).toMatchObject({ reason: 'url' })
  expect(await failure(guarded(`http://a:b@127.0.0.1:${plain.port}/`))).toMatchObject({ reason: 'url' })
})

test('checks the certificate against the name, not the address', async () => {
  const certificates = [await Bun.file(certificate).text()]
  const guarded = createGuardedFetch({ allow: loopback, resolve: async () => ['127.0.0.1'], certificates })
  expect((await guarded(`https://models.test:${secure.port}/`)).status).toBe(200)
  expect(await failure(guarded(`https://other.test:${secure.port}/`))).toBeInstanceOf(Error)
})

test('tries the next address when the first could not be connected', async () => {
  const guarded = createGuardedFetch({ allow: loopback, resolve: async () => ['127.0.0.2', '127.0.0.1'] })
  expect((await guarded(`http://models.test:${plain.port}/`)).status).toBe(200)
})

test('an answer of the resolver is remembered for ten seconds, a failure not at all', async () => {
  let now = 0
  let asked = 0
  const resolve = remembering(
    async (host) => {
      asked += 1
      if (asked === 1) throw new Error('The resolver is away.')
      return [host, String(asked)]
    },
    () => now,
  )
  await expect(resolve('a')).rejects.toThrow('away')
  expect(await Promise.all([resolve('a'), resolve('a'), resolve('b')])).toEqual([
    ['a', '2'],
    ['a', '2'],
    ['b', '3'],
  ])
  now = 9_999
  expect(await resolve('a')).toEqual(['a', '2'])
  now = 10_000
  expect(await resolve('a')).toEqual(['a', '4'])
})
