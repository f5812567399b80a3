import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import type { Database } from './connect.ts'
import { readAsTenant, withSystem, withTenant } from './tenant.ts'

let test_: TestDatabase
let tenant: Database
let system: Database
const first = { organizationId: newId(), userId: newId() }
const second = { organizationId: newId(), userId: newId() }

beforeAll(async () => {
  test_ = await createTestDatabase()
  const owner = postgres(test_.ownerUrl, { max: 1, onnotice: () => {} })
  await owner.unsafe(`create schema probe;
    create table probe.notes (id uuid primary key default gen_random_uuid(), organization_id uuid not null, text text);
    alter table probe.notes enable row level security;
    alter table probe.notes force row level security;
    create policy tenant on probe.notes to qw_prompts
      using (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid))
      with check (organization_id = (select nullif(current_setting('qw.organization_id', true), '')::uuid));
    create policy system on probe.notes to qw_prompts_system using (true) with check (true);
    grant usage on schema probe to qw_prompts, qw_prompts_system;
    grant select, insert on probe.notes to qw_prompts, qw_prompts_system;`)
  await owner`insert into probe.notes (organization_id, text) values
    (${first.organizationId}, 'first'), (${second.organizationId}, 'second')`
  await owner.end()
  tenant = test_.connect('qw_prompts', { max: 2, deadlineMs: 500 })
  system = test_.connect('qw_prompts_system', { max: 2 })
})

afterAll(() => test_.close())

const texts = (context: typeof first) =>
  withTenant(tenant, context, async (tx) => {
    const rows = await tx.execute<{ text: string }>(sql`select text from probe.notes`)
    return rows.map((row) => row.text)
  })

describe('the tenant context', () => {
  test('shows each organization its own rows, however calls share the connections', async () => {
    const calls = Array.from({ length: 60 }, async (_, index) => {
      const context = index % 2 ? first : second
      return [await texts(context), [index % 2 ? 'first' : 'second']]
    })
    for (const [seen, expected] of await Promise.all(calls)) expect(seen).toEqual(expected)
  })

  test('is gone after a transaction, also after one that failed', async () => {
    await withTenant(tenant, first, (tx) => tx.execute(sql`select 1 / 0`)).catch(() => undefined)
    for (let call = 0; call < 4; call += 1) {
      expect(await tenant.orm.execute(sql`select text from probe.notes`)).toHaveLength(0)
    }
  })

  test("refuses a row written in another organization's name", async () => {
    const forged = withTenant(tenant, second, (tx) =>
      tx.execute(
        sql`insert into probe.notes (organization_id, text) values (${first.organizationId}, 'forged')`,
      ),
    )
    expect(
      await forged.then(
        () => 'accepted',
        (error: unknown) => String((error as Error).cause),
      ),
    ).toMatch(/row-level security/)
  })

  test('of a reader shows the same rows, lets nothing be written, and is gone afterwards', async () => {
    const seen = await Promise.all(
      Array.from({ length: 20 }, () =>
        readAsTenant(tenant, first, (tx) => tx.execute<{ text: string }>(sql`select text from probe.notes`)),
      ),
    )
    for (const rows of seen) expect(rows.map(({ text }) => text)).toEqual(['first'])
    const writing = readAsTenant(tenant, first, (tx) =>
      tx.execute(
        sql`insert into probe.notes (organization_id, text) values (${first.organizationId}, 'written')`,
      ),
    )
    expect(
      await writing.then(
        () => 'accepted',
        (error: unknown) => String((error as Error).cause),
      ),
    ).toMatch(/read-only transaction/)
    expect(await tenant.orm.execute(sql`select text from probe.notes`)).toHaveLength(0)
    expect(await texts(first)).toEqual(['first'])
  })

  test('is not needed by the system role', async () => {
    const rows = await withSystem(system, (tx) => tx.execute(sql`select text from probe.notes`))
    expect(rows).toHaveLength(2)
  })
})

describe('a deadline', () => {
  test('ends a statement that runs too long and leaves the pool usable', async () => {
    const slow = withTenant(tenant, first, (tx) => tx.execute(sql`select pg_sleep(30)`))
    expect(
      await slow.then(
        () => 'finished',
        () => 'ended',
      ),
    ).toBe('ended')
    expect(await texts(first)).toEqual(['first'])
  })

  test('holds where the server accepts and never answers', async () => {
    const silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const { connectDatabase } = await import('./connect.ts')
    const lost = connectDatabase({
      url: `postgres://127.0.0.1:${silent.port}/x`,
      secret: test_.secret,
      role: 'qw_prompts',
      name: 'test',
      max: 1,
      deadlineMs: 50,
    })
    const failure = await withTenant(lost, first, async () => 'answered').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'database.timeout' })
    silent.stop(true)
  })
})
