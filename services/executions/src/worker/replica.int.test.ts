import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createLogger } from '@quillworks/service-kit/logger'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { eventually } from '../testing/engine-fixture.ts'
import { Replica } from './replica.ts'

let database: TestDatabase
let owner: postgres.Sql

beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
})

afterAll(async () => {
  await owner.end()
  await database.close()
})

test('renewals tell how many replicas live: those that stopped or ran out are not among them', async () => {
  const replica = () =>
    new Replica({
      databaseUrl: database.url,
      secret: database.secret,
      leaseMs: 1_000,
      logger: createLogger('t', { level: 'silent' }),
      onLost: () => undefined,
      onOutlived: () => undefined,
    })
  const [first, second] = [replica(), replica()]
  await first.start()
  expect(first.liveReplicas).toBe(1)
  await second.start()
  expect(second.liveReplicas).toBe(2)
  await eventually(async () => first.liveReplicas === 2)
  await owner`
    insert into executions.replicas (id, lock_key, expires_at)
    values (gen_random_uuid(), 1, now() - interval '1 second')`
  await second.stop()
  await eventually(async () => first.liveReplicas === 1)
  await first.stop()
})
