import { expect, test } from 'bun:test'
import { createTestDatabase } from './database.ts'

test('each test database is migrated and its own', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()])
  try {
    const role = first.connect('qw_executions')
    const [row] = await role.sql<{ role: string; databases: number }[]>`
      select current_user as role, (select count(*)::int from pg_namespace where nspname = 'executions') as databases`
    expect(row).toEqual({ role: 'qw_executions', databases: 1 })
    expect(first.url).not.toBe(second.url)
    expect(new URL(first.url).password).toBe('')
  } finally {
    await Promise.all([first.close(), second.close()])
  }
})
