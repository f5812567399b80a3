import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import type { Database } from './connect.ts'

// What patches/postgres mends: transactions whose connection is lost, and what becomes of the connection (decision 0102).

let testDatabase: TestDatabase
let owner: postgres.Sql
let one: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  owner = postgres(testDatabase.ownerUrl, { max: 1, onnotice: () => {} })
  await owner.unsafe(`create schema probe; create table probe.notes (text text);
    grant usage on schema probe to qw_prompts_system; grant select, insert on probe.notes to qw_prompts_system;`)
  one = testDatabase.connect('qw_prompts_system', { max: 1 })
})

afterAll(async () => {
  await owner.end()
  await testDatabase.close()
})

/** Begins a transaction, ends its session from outside, and goes on with `after` as if nothing had happened. */
function cutInside(after: (tx: postgres.TransactionSql) => Promise<unknown>): Promise<unknown> {
  return one.sql.begin(async (tx) => {
    const [{ pid } = {}] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
    await owner`select pg_terminate_backend(${pid ?? 0})`
    await tx`select 1`.catch(() => undefined)
    await after(tx)
  })
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

test('a transaction whose connection was lost fails, and the next statement is answered on a new one', async () => {
  for (let round = 0; round < 5; round += 1) {
    expect(await codeOf(cutInside(async () => {}))).not.toBe('none')
    expect(await one.sql`select ${round}::int as round`).toEqual([{ round }] as never)
  }
})

test('what a lost transaction still says is refused, also once its connection is open again', async () => {
  let told: unknown
  let goOn: () => void = () => {}
  const opened = new Promise<void>((resolve) => (goOn = resolve))
  let isOver: () => void = () => {}
  const over = new Promise<void>((resolve) => (isOver = resolve))
  const transaction = cutInside(async (tx) => {
    await opened
    told = await codeOf(tx`insert into probe.notes (text) values ('too late')`)
    isOver()
  })
  expect(await codeOf(transaction)).not.toBe('none')
  expect(await one.sql`select 1 as one`).toEqual([{ one: 1 }] as never)
  goOn()
  await over
  expect(told).not.toBe('none')
  expect(await one.sql`select text from probe.notes`).toEqual([] as never)
})

test('a transaction begins as one, however much is being written to its connection', async () => {
  const long = 'x'.repeat(200_000)
  const many = Array.from({ length: 40 }, async (_, index) => {
    const [row] = await one.sql<{ length: number }[]>`select length(${long + index})::int as length`
    return row?.length
  })
  const transactions = Array.from({ length: 40 }, () =>
    codeOf(one.sql.begin((tx) => tx`select pg_current_xact_id_if_assigned()`)),
  )
  expect(new Set(await Promise.all(transactions))).toEqual(new Set(['none']))
  for (const length of await Promise.all(many)) expect(length).toBeGreaterThan(200_000)
})
