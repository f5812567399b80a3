import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemRole } from '@quillworks/database/roles'
import { newId } from '@quillworks/service-kit/ids'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { created, step } from '../engine/engine.fixture.ts'
import type { EngineStorage } from '../engine/storage.ts'
import { postgresStorage } from './postgres-storage.ts'

let database: TestDatabase
let owner: postgres.Sql
let storage: EngineStorage
beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  storage = postgresStorage(database.connect(systemRole('executions')))
})
afterAll(async () => {
  await owner.end()
  await database.close()
})

const runAs = { organizationId: newId(), projectId: newId(), userId: newId(), scopes: ['*'] }

/** An execution at fence 3. */
async function store(status: 'running' | 'waiting'): Promise<string> {
  const id = newId()
  const { organizationId, projectId, userId: ownerId } = runAs
  await storage.start({
    id,
    runAs,
    idempotency: null,
    created: { ...created([step('a')], { id, organizationId, projectId, ownerId }), at: Date.now() },
    payloads: [],
    requestHash: id,
    replicaId: null,
    now: Date.now(),
  })
  await owner`update executions.executions set fence = 3, status = ${status} where id = ${id}`
  return id
}

const keep = (executionId: string, text: string, fence = 3) =>
  storage.storePartial({ executionId, fence, ref: 'output/a#1', text })

const storedOf = async (id: string) => (await storage.readPayloads(id, ['output/a#1'])).get('output/a#1')

test('texts stored at once are each stored, of who still owns what runs', async () => {
  const [one, two, lost, idle] = await Promise.all([
    store('running'),
    store('running'),
    store('running'),
    store('waiting'),
  ])
  const long = 'x'.repeat(700_000)
  await Promise.all([keep(one, 'a\u0000b'), keep(two, long), keep(lost, 'late', 2), keep(idle, 'early')])
  expect(await storedOf(one)).toBe('a\ufffdb')
  expect(await storedOf(two)).toBe(long)
  expect(await storedOf(lost)).toBeUndefined()
  expect(await storedOf(idle)).toBeUndefined()

  await Promise.all([keep(one, 'a\u0000bc'), keep(two, `${long}y`)])
  expect(await storedOf(one)).toBe('a\ufffdbc')
  expect(await storedOf(two)).toBe(`${long}y`)
})

test('a text that is stored late replaces neither a longer one nor the result', async () => {
  const [ahead, ended, structured] = await Promise.all([store('running'), store('running'), store('running')])
  const give = (id: string, body: postgres.JSONValue) =>
    owner`insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
      values (${id}, ${runAs.organizationId}, ${runAs.userId}, 'private', 'output/a#1', ${owner.json(body)})`
  await keep(ahead, 'Once upon')
  await Promise.all([give(ended, 'Once upon a time.'), give(structured, { text: 'Once upon a time.' })])
  await Promise.all([ahead, ended, structured].map((id) => keep(id, 'Once')))
  expect(await storedOf(ahead)).toBe('Once upon')
  expect(await storedOf(ended)).toBe('Once upon a time.')
  expect(await storedOf(structured)).toEqual({ text: 'Once upon a time.' })

  const writer = async () => {
    const [row] = await owner<{ by: string }[]>`
      select xmin::text as by from executions.payloads where execution_id = ${ahead} and ref = 'output/a#1'`
    return row?.by
  }
  const before = await writer()
  await keep(ahead, 'Once upon')
  expect(await writer()).toBe(before)
  await keep(ahead, 'Once upon a')
  expect(await writer()).not.toBe(before)
})

test('one that the database refuses keeps no other from being stored', async () => {
  const [one, two] = await Promise.all([store('running'), store('running')])
  const kept = [keep(one, 'first'), keep('no id', 'never'), keep(two, 'second')]
  const outcomes = await Promise.allSettled(kept)
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect([await storedOf(one), await storedOf(two)]).toEqual(['first', 'second'])
})
