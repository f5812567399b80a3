import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemRole } from '@quillworks/database/roles'
import { createLogger } from '@quillworks/service-kit/logger'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { eventually } from '../testing/engine-fixture.ts'
import { keepPartitions } from './partition-keeper.ts'

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

interface Partition {
  name: string
  role: string
  secured: boolean
}

const parents = ['attempts', 'events', 'payloads', 'steps']

/** The partitions of the month that lies so many months ahead. */
const ofMonth = async (ahead: number): Promise<Partition[]> => [
  ...(await owner<Partition[]>`
    select c.relname as name, pg_get_userbyid(c.relowner) as role, c.relrowsecurity and c.relforcerowsecurity as secured
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'executions' and c.relispartition and c.relkind = 'r'
      and c.relname like '%' || to_char(now() at time zone 'UTC' + make_interval(months => ${ahead}), '\\_YYYY\\_MM')
    order by 1`),
]

const namesOf = (partitions: Partition[]) => partitions.map(({ name }) => name.replace(/_\d{4}_\d{2}$/, ''))

test('partitions of the months to come are made again and again, by any number of replicas at once', async () => {
  const logger = createLogger('test', { level: 'silent' })
  // For the keepers below a month has begun whenever its partitions are missing.
  const dropLast = async () => {
    for (const { name } of await ofMonth(3)) await owner.unsafe(`drop table executions.${name}`)
  }
  await dropLast()
  expect(await ofMonth(3)).toEqual([])
  const replicas = Array.from({ length: 3 }, () => database.connect(systemRole('executions')))
  const keepers = await Promise.all(
    replicas.map((each) => keepPartitions({ database: each, logger, everyMs: 20 })),
  )
  expect(namesOf(await ofMonth(3))).toEqual(parents)
  await dropLast()
  const made = await eventually(async () => {
    const found = await ofMonth(3)
    return found.length === parents.length && found
  })
  await Promise.all(keepers.map((keeper) => keeper.stop()))
  const [who] = await owner<{ role: string }[]>`select current_user as role`
  expect(made.map(({ role, secured }) => ({ role, secured }))).toEqual(
    parents.map(() => ({ role: who?.role ?? '', secured: true })),
  )
  expect(await ofMonth(4)).toEqual([])
})
