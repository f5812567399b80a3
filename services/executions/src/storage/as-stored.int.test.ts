import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { asStored } from './as-stored.ts'

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

test('a value is what Postgres gives back, to the order of its keys and the form of its numbers', async () => {
  const values = [
    { bb: 1, a: { zz: 1, é: 2, y: 3 }, '10': 4, '9': 5, '': 6 },
    [1e21, -0, 0.1, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308],
    'text',
    null,
    { __proto__x: 1, list: [{ long: 1, b: [] }, {}] },
  ]
  for (const value of values) {
    const json = JSON.stringify(value)
    const [row] = await owner<{ stored: unknown }[]>`select ${json}::text::jsonb as stored`
    expect(JSON.stringify(asStored(json))).toBe(JSON.stringify(row?.stored))
  }
})
