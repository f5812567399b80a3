import { cpSync, rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { Database } from '@quillworks/database/connect'
import { AppError } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import { createLogger } from '@quillworks/service-kit/logger'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'
import type { NatsConnection } from 'nats'
import postgres from 'postgres'
import { z } from 'zod'
import { requestUntilAnswered, serveActivity } from './activities.ts'
import { connectNats } from './connect.ts'
import { createEvent, eventSchema, eventSubject } from './envelope.ts'
import { eventsStream } from './events-stream.ts'
import { gatewayGrants, serviceGrants, tapGrants } from './grants.ts'
import { type Relay, startRelay } from './relay.ts'
import { tableOutbox } from './table-outbox.ts'

const logger = createLogger('test', { level: 'silent' })
const organizationId = newId()
let server: TestNats
let database: TestDatabase
let owner: postgres.Sql
let system: Database
let service: NatsConnection
let admin: NatsConnection

beforeAll(async () => {
  server = await startTestNats()
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  await owner.unsafe(`create schema probe;
    create table probe.outbox (id uuid primary key, organization_id uuid not null, subject text not null,
      event jsonb not null, created_at timestamptz not null default now(), published_at timestamptz);
    grant usage on schema probe to qw_prompts_system;
    grant select, insert, update, delete on probe.outbox to qw_prompts_system;`)
  system = database.connect('qw_prompts_system')
  admin = await connectNats({
    ...server,
    name: 'administrator',
    grants: { publish: ['>'], subscribe: ['>'] },
  })
  service = await connectNats({
    url: server.url,
    secret: server.secret,
    name: 'prompts',
    grants: serviceGrants('prompts'),
  })
})

afterAll(async () => {
  await admin.close()
  await service.close()
  await owner.end()
  await database.close()
  await server.close()
})

function promptCreated() {
  const id = newId()
  const subject = eventSubject({ organizationId, service: 'prompts', entity: 'prompt', id, past: 'created' })
  const event = createEvent({
    source: 'quillworks/prompts',
    type: 'quillworks.prompt.created.v1',
    subject: id,
    organizationId,
    correlationId: id,
    data: { promptId: id },
  })
  return { subject, event }
}

async function enqueue(count: number, schema = 'probe'): Promise<string[]> {
  const rows = Array.from({ length: count }, promptCreated)
  await owner`insert into ${owner(`${schema}.outbox`)} ${owner(
    rows.map(({ subject, event }) => ({
      id: event.id,
      organization_id: organizationId,
      subject,
      event: owner.json({ ...event } as postgres.JSONValue),
    })),
  )}`
  return rows.map(({ event }) => event.id)
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(20)
}

const allPublished = async () =>
  (await owner`select 1 from probe.outbox where published_at is null limit 1`).length === 0

async function storedIds(): Promise<string[]> {
  const manager = await admin.jetstreamManager()
  const info = await manager.streams.info(eventsStream)
  const ids: string[] = []
  for (let sequence = info.state.first_seq; sequence <= info.state.last_seq; sequence += 1) {
    const message = await manager.streams.getMessage(eventsStream, { seq: sequence })
    ids.push(eventSchema.parse(message.json()).id)
  }
  return ids
}

describe('the relay', () => {
  let relay: Relay

  beforeAll(() => {
    relay = startRelay({ database: system, nats: service, outbox: tableOutbox('probe'), logger })
  })
  afterAll(() => relay.stop())

  test('publishes every row once, whatever number of relays run', async () => {
    const second = startRelay({ database: system, nats: service, outbox: tableOutbox('probe'), logger })
    const ids = await enqueue(700)
    relay.kick()
    second.kick()
    await until(allPublished)
    expect((await storedIds()).sort()).toEqual(ids.sort())
    await second.stop()
  })

  test('sends what was left when NATS comes back, and loses nothing that a kill interrupted', async () => {
    await server.kill()
    const ids = await enqueue(50)
    relay.kick()
    await server.restart()
    await until(allPublished)
    expect(await storedIds()).toEqual(expect.arrayContaining(ids))
  })

  test('fills a stream again that was lost', async () => {
    const before = await owner`select id from probe.outbox`
    const manager = await admin.jetstreamManager()
    await manager.streams.delete(eventsStream)
    await enqueue(1)
    relay.kick()
    await until(async () => {
      const info = await manager.streams.info(eventsStream).catch(() => undefined)
      return info !== undefined && info.state.messages >= before.length + 1
    })
    await until(allPublished)
  })
})

describe('relays of two services, whose stream is lost with the store of NATS', () => {
  const schemas = ['probe', 'other'] as const
  let relays: Relay[] = []
  const start = (checkStreamMs: number) => {
    relays = schemas.map((schema) =>
      startRelay({ database: system, nats: service, outbox: tableOutbox(schema), logger, checkStreamMs }),
    )
  }

  beforeAll(async () => {
    await owner.unsafe(`create schema other;
      create table other.outbox (like probe.outbox including all);
      grant usage on schema other to qw_prompts_system;
      grant select, insert, update, delete on other.outbox to qw_prompts_system;`)
    await enqueue(3)
    await enqueue(3, 'other')
  })
  afterEach(() => Promise.all(relays.map((relay) => relay.stop())))

  const everythingIsStored = async () => {
    const rows = await owner`select id from probe.outbox union all select id from other.outbox`
    const stored = new Set(await storedIds().catch(() => []))
    return rows.every(({ id }) => stored.has(String(id)))
  }

  test('fill it again after the reconnect, though they have nothing to publish', async () => {
    start(600_000)
    await until(everythingIsStored)
    await until(allPublished)
    await server.kill()
    await server.restart({ withoutStore: true })
    await until(everythingIsStored)
  })

  test('fill it again while they publish', async () => {
    start(600_000)
    await until(everythingIsStored)
    await server.kill()
    await enqueue(20)
    relays.forEach((relay) => relay.kick())
    await server.restart({ withoutStore: true })
    await enqueue(20, 'other')
    relays.forEach((relay) => relay.kick())
    await until(everythingIsStored)
  })

  test('fill up an older copy of it that was put back, as often as it happens', async () => {
    start(600_000)
    await until(everythingIsStored)
    const copy = `${server.store}-copy`
    await server.kill()
    cpSync(server.store, copy, { recursive: true })
    await server.restart()
    for (const schema of schemas) {
      await enqueue(20, schema)
      relays.forEach((relay) => relay.kick())
      await until(everythingIsStored)
      await until(allPublished)
      await server.kill()
      rmSync(server.store, { recursive: true })
      cpSync(copy, server.store, { recursive: true })
      await server.restart()
      await until(everythingIsStored)
    }
  })

  test('fill it again within the time between two looks where NATS was never away', async () => {
    start(100)
    await until(everythingIsStored)
    const manager = await admin.jetstreamManager()
    await manager.streams.delete(eventsStream)
    await until(everythingIsStored)
  })
})

describe('an activity', () => {
  const schema = z.object({ number: z.number() })

  test('answers a result, a coded failure, and what does not fit', async () => {
    const activity = serveActivity({
      nats: service,
      subject: 'qw-act.prompts.double',
      queue: 'prompts',
      schema,
      logger,
      handle: async ({ number }) => {
        if (number === 13) throw new AppError('number.unlucky', 'Take another number.')
        if (number === 0) throw new Error('password=hunter2')
        return { ok: true, number: number * 2 }
      },
    })
    const ask = (body: unknown) =>
      requestUntilAnswered({
        nats: service,
        subject: 'qw-act.prompts.double',
        body,
        schema: z.record(z.string(), z.unknown()),
        deadlineMs: 5_000,
        unanswered: 'Nobody answered.',
      })
    expect(await ask({ number: 4 })).toEqual({ ok: true, number: 8 })
    expect(await ask({ number: 13 })).toMatchObject({ ok: false, code: 'number.unlucky', retryable: false })
    expect(await ask({ number: 'x' })).toMatchObject({
      ok: false,
      code: 'input.invalid',
      issues: [{ path: ['number'] }],
    })
    const hidden = await ask({ number: 0 })
    expect(hidden).toMatchObject({ ok: false, code: 'internal' })
    expect(JSON.stringify(hidden)).not.toContain('hunter2')
    await activity.stop()
  })

  test('that starts late is still answered, and without any the request says so', async () => {
    const request = (deadlineMs: number) =>
      requestUntilAnswered({
        nats: service,
        subject: 'qw-act.prompts.late',
        body: { number: 1 },
        schema: z.object({ ok: z.boolean() }),
        deadlineMs,
        unanswered: 'Nobody answered.',
      })
    const failed = await request(150).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'service.unavailable', message: 'Nobody answered.' })
    const pending = request(10_000)
    const activity = serveActivity({
      nats: service,
      subject: 'qw-act.prompts.late',
      queue: 'prompts',
      schema,
      logger,
      handle: async () => ({ ok: true }),
    })
    expect(await pending).toEqual({ ok: true })
    await activity.stop()
  })
})

describe('grants', () => {
  const outcome = async (connection: NatsConnection, work: () => void): Promise<string> => {
    const refused = (async () => {
      for await (const status of connection.status()) {
        if (String(status.type) === 'error') return String(status.data)
      }
      return 'closed'
    })()
    work()
    await connection.flush()
    return Promise.race([
      refused,
      connection
        .flush()
        .then(() => connection.flush())
        .then(() => 'allowed'),
    ])
  }

  test("let a service publish its own events and not another service's", async () => {
    expect(
      await outcome(service, () => service.publish(`qw.${organizationId}.prompts.prompt.x.created`, '{}')),
    ).toBe('allowed')
    expect(
      await outcome(service, () => service.publish(`qw.${organizationId}.agents.plan.x.created`, '{}')),
    ).toMatch(/PERMISSIONS_VIOLATION/i)
  })

  test('let the gateway listen to all organizations and a tap only to its own', async () => {
    const gateway = await connectNats({ ...server, name: 'gateway', grants: gatewayGrants() })
    expect(await outcome(gateway, () => gateway.subscribe('qw.>'))).toBe('allowed')
    await gateway.close()
    const tap = await connectNats({ ...server, name: 'tap', grants: tapGrants(organizationId) })
    expect(await outcome(tap, () => tap.subscribe(`qw.${organizationId}.>`))).toBe('allowed')
    expect(await outcome(tap, () => tap.subscribe(`qw.${newId()}.>`))).toMatch(/PERMISSIONS_VIOLATION/i)
    await tap.close()
  })

  test('of another secret open nothing', async () => {
    const attempt = connectNats({
      url: server.url,
      secret: 'another-secret-of-thirty-two-chars!!',
      name: 'prompts',
      grants: serviceGrants('prompts'),
    })
    expect(
      await attempt.then(
        () => 'connected',
        () => 'refused',
      ),
    ).toBe('refused')
  })
})
