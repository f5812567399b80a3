import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Database } from '@quillworks/database/connect'
import { systemRole } from '@quillworks/database/roles'
import { eventSchema } from '@quillworks/messaging/envelope'
import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import { newId } from '@quillworks/service-kit/ids'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { decide } from '../engine/decide.ts'
import { created, done, failed, step } from '../engine/engine.fixture.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { EngineStorage } from '../engine/storage.ts'
import { postgresStorage } from './postgres-storage.ts'
import { eventIdOf } from './public-event.ts'
import { unpublishedEvents } from './unpublished-events.ts'

let database: TestDatabase
let owner: postgres.Sql
let system: Database
let storage: EngineStorage
let handed: OutboxEntry[] = []
const replicaId = newId()
const runAs = { organizationId: newId(), projectId: newId(), userId: newId(), scopes: ['*'] }

beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  system = database.connect(systemRole('executions'))
  storage = postgresStorage(system, (entries) => handed.push(...entries))
})

afterAll(async () => {
  await owner.end()
  await database.close()
})

/** Stores an execution and carries these inputs out, each in a commit of its own. */
async function carryOut(inputs: EngineInput[]): Promise<string> {
  const id = newId()
  const plan = [step('a'), step('b', { after: ['a'] })]
  const event = created(plan, { id, ...runAs, ownerId: runAs.userId })
  const start = { idempotency: null, payloads: [], requestHash: id, replicaId, now: Date.now() }
  await storage.start({ id, runAs, created: { ...event, at: Date.now() }, ...start })
  for (const input of inputs) {
    const [loaded] = await storage.load([id])
    if (!loaded) throw new Error('It is gone.')
    const projection = project(loaded.state, decide(loaded.state, input, Date.now()))
    const { fence, commandSeq, consumedSeq } = loaded
    const place = { replicaId, fence, commandSeq, consumedSeq, commitId: newId() }
    await storage.commit([{ projection, payloads: [], ...place }])
  }
  return id
}

const claim = (busy: string[] = []) =>
  system.run(({ sql }) => sql.begin((tx) => unpublishedEvents.claim(tx, { limit: 100, busy, minAgeMs: 0 })))
const note = (entries: OutboxEntry[]) =>
  system.run(({ sql }) =>
    unpublishedEvents.note(
      sql,
      entries.map(({ key }) => key),
    ),
  )

test('what waits is told word for word as it was handed over, until it is noted', async () => {
  handed = []
  await carryOut([done('a'), failed('b', 1, { retryable: false })])
  await carryOut([{ type: 'takeover' }, { type: 'command', command: { type: 'cancel', reason: 'x' } }])
  expect(handed.length).toBe(6)
  const told = handed.map((entry) => ({ ...entry, executionId: undefined }))
  expect(await claim()).toEqual(told.map(({ key, events }) => ({ key, events })) as OutboxEntry[])
  for (const { events } of handed)
    for (const { event, id } of events) expect(eventSchema.parse(JSON.parse(event)).id).toBe(id)
  const [first] = handed
  expect(await claim(first ? [first.key] : [])).toHaveLength(5)
  await note(handed.slice(0, 4))
  expect((await claim()).map(({ key }) => key)).toEqual(handed.slice(4).map(({ key }) => key))
  await note(handed.slice(4))
  expect(await claim()).toEqual([])
})

test('all of the last days can be told again, also beside what waits, and names what was published last', async () => {
  await owner`delete from executions.unpublished`
  handed = []
  const id = await carryOut([done('a')])
  expect(await system.run(({ sql }) => unpublishedEvents.lastPublished(sql))).not.toContain(id)
  await note(handed)
  const last = handed.at(-1)?.events.at(-1)
  expect(await system.run(({ sql }) => unpublishedEvents.lastPublished(sql))).toBe(last?.subject)
  const again = handed.flatMap(({ events }) => events)
  await owner`insert into executions.unpublished (execution_id, organization_id, from_revision, to_revision)
    values (${id}, ${runAs.organizationId}, 1, 1)`
  expect(await system.run(({ sql }) => unpublishedEvents.sendAgain(sql))).toBe(3)
  const whole = (await claim()).find(({ key }) => key.startsWith(id))
  expect(whole?.events).toEqual(again)
  // Noted of what it was before, it waits on.
  await system.run(({ sql }) => unpublishedEvents.note(sql, [`${id}/1/1`]))
  expect((await claim()).some(({ key }) => key.startsWith(id))).toBe(true)
})

test('the id of an event is its own, in its time, and the same each time', () => {
  const executionId = '019a0000-0000-7000-bfff-ffffffffffff'
  const ids = [1, 2, 4_095, 4_096, 8_192, 70_000].map((revision) =>
    eventIdOf({ executionId, revision, at: 1_700_000_000_000 }),
  )
  expect(new Set(ids).size).toBe(6)
  for (const id of ids) expect(id).toMatch(/^018bcfe5-6800-8[0-9a-f]{3}-bfff-[0-9a-f]{12}$/)
  expect(eventIdOf({ executionId, revision: 2, at: 1_700_000_000_000 })).toBe(ids[1] ?? '')
})
