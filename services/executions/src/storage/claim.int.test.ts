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
  owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} })
  storage = postgresStorage(database.connect(systemRole('executions')))
})

afterAll(async () => {
  await owner.end()
  await database.close()
})

const request = { limit: 100, perOrganization: 100, planVersions: [1], stepKinds: ['model'] }

/** Stores executions of one step each that wait to be claimed; answers their ids. */
async function due(organizationId: string, count: number): Promise<string[]> {
  const runAs = { organizationId, projectId: newId(), userId: newId(), scopes: ['*'] }
  const ids = Array.from({ length: count }, () => newId())
  for (const id of ids) {
    const event = created([step('a')], {
      id,
      organizationId,
      projectId: runAs.projectId,
      ownerId: runAs.userId,
    })
    await storage.start({
      id,
      runAs,
      idempotency: null,
      created: { ...event, at: Date.now() },
      payloads: [],
      requestHash: id,
      replicaId: null,
      now: Date.now(),
    })
  }
  return ids
}

async function replica(): Promise<string> {
  const id = newId()
  await owner`
    insert into executions.replicas (id, lock_key, expires_at) values (${id}, 1, now() + interval '1 hour')`
  return id
}

test('takes turns over organizations and keeps to the cap of each', async () => {
  const many = new Set(await due(newId(), 20))
  const few = await due(newId(), 2)
  const mine = { ...request, replicaId: await replica(), limit: 4, perOrganization: 5 }
  const first = await storage.claim(mine)
  expect(first.filter((id) => few.includes(id)).length).toBe(2)
  expect(first.filter((id) => many.has(id)).length).toBe(2)
  expect((await storage.claim({ ...mine, limit: 100 })).length).toBe(3)
  expect(await storage.claim({ ...mine, perOrganization: 100, stepKinds: ['template'] })).toEqual([])
  expect(await storage.claim({ ...mine, perOrganization: 100, planVersions: [2] })).toEqual([])
  const [row] =
    await owner`select fence::int, wake_at from executions.executions where id = ${first[0] ?? ''}`
  expect(row).toEqual({ fence: 1, wake_at: null })
})

test('by several at once gives no execution to two', async () => {
  const ids = await due(newId(), 10)
  const replicas = await Promise.all([replica(), replica(), replica()])
  const claims = await Promise.all(replicas.map((replicaId) => storage.claim({ ...request, replicaId })))
  const taken = claims.flat().filter((id) => ids.includes(id))
  expect(taken.sort()).toEqual([...ids].sort())
})

test('gives nothing to a replica that was swept, which would count as one more death', async () => {
  const [id = ''] = await due(newId(), 1)
  const swept = { ...request, replicaId: newId() }
  expect(await storage.claim(swept)).toEqual([])
  expect(await storage.claim({ ...swept, only: id })).toEqual([])
  expect(await storage.claim({ ...swept, only: id, replicaId: await replica() })).toEqual([id])
})
