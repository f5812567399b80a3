import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testSecret } from '@quillworks/testing/secret'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'
import { connect, type NatsConnection } from 'nats'
import { mintUserCredentials } from './credentials.ts'

let server: TestNats
const open: NatsConnection[] = []

beforeAll(async () => {
  server = await startTestNats()
})

afterAll(async () => {
  await Promise.all(open.map((client) => client.close()))
  await server.close()
})

async function connectAs(
  options: Partial<Parameters<typeof mintUserCredentials>[0]>,
): Promise<NatsConnection> {
  const { authenticator } = await mintUserCredentials({
    secret: testSecret,
    name: 'somebody',
    publish: [],
    subscribe: [],
    ...options,
  })
  const client = await connect({
    servers: server.url.replace('nats://', ''),
    authenticator,
    reconnect: false,
    ignoreAuthErrorAbort: true,
  })
  open.push(client)
  return client
}

/** The subjects and operations that the server refuses this client, in order. */
async function nextRefusal(client: NatsConnection): Promise<unknown> {
  for await (const status of client.status()) if (String(status.type) === 'error') return status.data
  return undefined
}

test('a user publishes and subscribes to what it was granted', async () => {
  const sender = await connectAs({ name: 'sender', publish: ['qw.one.>'] })
  const receiver = await connectAs({ name: 'receiver', subscribe: ['qw.one.>'] })
  const messages = receiver.subscribe('qw.one.>')
  await receiver.flush()
  sender.publish('qw.one.greeting', 'hello')
  const next = await messages[Symbol.asyncIterator]().next()
  expect(next.value?.string()).toBe('hello')
})

test('a user cannot publish to what it was not granted, and nobody gets it', async () => {
  const everything = await connectAs({ name: 'everything', publish: ['>'], subscribe: ['>'] })
  const seen: string[] = []
  everything.subscribe('qw.>', { callback: (_, message) => void seen.push(message.subject) })
  await everything.flush()
  const limited = await connectAs({ name: 'limited', publish: ['qw.one.>'] })
  const refusal = nextRefusal(limited)
  limited.publish('qw.two.greeting')
  expect(await refusal).toBe('PERMISSIONS_VIOLATION')
  limited.publish('qw.one.greeting')
  await limited.flush()
  await everything.flush()
  expect(seen).toEqual(['qw.one.greeting'])
})

test('a user cannot subscribe to what it was not granted', async () => {
  const tap = await connectAs({ name: 'tap', subscribe: ['qw.one.>'] })
  const refusal = nextRefusal(tap)
  const error = new Promise((resolve) =>
    tap.subscribe('qw.>', { callback: (problem) => resolve(problem?.code) }),
  )
  expect(await error).toBe('PERMISSIONS_VIOLATION')
  expect(await refusal).toBe('PERMISSIONS_VIOLATION')
})

test('a user who was granted nothing can do nothing', async () => {
  const nobody = await connectAs({ name: 'nobody' })
  const refusal = nextRefusal(nobody)
  nobody.publish('anything')
  expect(await refusal).toBe('PERMISSIONS_VIOLATION')
  const error = new Promise((resolve) => nobody.subscribe('anything', { callback: (p) => resolve(p?.code) }))
  expect(await error).toBe('PERMISSIONS_VIOLATION')
})

test('a user who may reply answers requests and publishes nothing else', async () => {
  const worker = await connectAs({ name: 'worker', subscribe: ['work'], mayReply: true })
  worker.subscribe('work', { callback: (_, message) => void message.respond('done') })
  await worker.flush()
  const asker = await connectAs({ name: 'asker', publish: ['work'], subscribe: ['_INBOX.>'] })
  expect((await asker.request('work')).string()).toBe('done')
  const refusal = nextRefusal(worker)
  worker.publish('work')
  expect(await refusal).toBe('PERMISSIONS_VIOLATION')
})

test.each([
  ['of another secret', { secret: 'another secret, of another deployment' }],
  ['that have expired', { expiresInSeconds: -1 }],
])('credentials %s are refused', async (_, options) => {
  await expect(connectAs({ publish: ['>'], ...options })).rejects.toMatchObject({
    code: 'AUTHORIZATION_VIOLATION',
  })
})

test('a client without credentials is refused', async () => {
  const client = connect({ servers: server.url.replace('nats://', ''), reconnect: false })
  await expect(client).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' })
})

test('the same name always gets the same key, and another name another', async () => {
  const mint = async (name: string) =>
    (await mintUserCredentials({ secret: testSecret, name, publish: [], subscribe: [] })).seed
  expect(await mint('a')).toBe(await mint('a'))
  expect(await mint('a')).not.toBe(await mint('b'))
  expect(await mint('a')).toMatch(/^SU[A-Z2-7]{56}$/)
})
