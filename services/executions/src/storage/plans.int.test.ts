import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Database } from '@quillworks/database/connect'
import { serviceRole, systemRole } from '@quillworks/database/roles'
import { newId } from '@quillworks/service-kit/ids'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { claim, ownedBy } from './claim.ts'
import { commit } from './commit.ts'
import { sweepDeadReplicas } from './sweep.ts'
import { load } from './load.ts'
import { decide } from '../engine/decide.ts'
import { project } from '../engine/project.ts'

// With many rows, the statements of the engine and the lists read what they need and nothing like the whole table.

const rows = 100_000
const organizationId = newId()
const userId = newId()
const replicaId = newId()
let database: TestDatabase
let owner: postgres.Sql
let system: Database

beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  system = database.connect(systemRole('executions'), { max: 1, deadlineMs: 60_000 })
  await owner`
    insert into executions.executions (id, organization_id, project_id, owner_id, visibility, kind, name, status, revision,
      track, trigger, plan_version, step_kinds, conversation, deadline_ms, run_as, request_hash, progress_done,
      progress_total, started_at, finished_at, deadline_at, replica_id, wake_at)
    select (lpad(to_hex((extract(epoch from now() - n * interval '1 second') * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
      ${organizationId}, ${newId()}, ${userId}, case when n % 10 = 0 then 'organization' else 'private' end, 'test', 'x',
      case when n % 500 = 0 then 'running' when n % 500 = 1 then 'queued' when n % 50 = 2 then 'waiting' else 'succeeded' end,
      1, true, 'manual', 1, '{model}', false, 300000, '{}', 'x', 0, 1, now(), now(),
      case when n % 500 = 0 then now() + interval '5 minutes' end,
      case when n % 500 = 0 then ${replicaId}::uuid end, case when n % 500 = 1 then now() end
    from generate_series(1, ${rows}) n`
  await owner`
    insert into executions.steps (execution_id, organization_id, owner_id, visibility, key, ordinal, kind, after, retry,
      conversation, status, attempt, failures, unknown, input_ref)
    select id, organization_id, owner_id, visibility, 'a', 0, 'model', '{}', '{"maxAttempts":1,"delayMs":0,"maxDelayMs":0}',
      false, case when status = 'succeeded' then 'succeeded' else 'pending' end, 0, 0, '{}', 'input/a'
    from executions.executions`
  await owner`insert into executions.replicas (id, lock_key, expires_at) values (${replicaId}, 1, now() + interval '1 hour')`
  await owner`select pg_advisory_lock(1)`
  await owner`vacuum analyze executions.executions`
  await owner`analyze executions.steps`
}, 120_000)

afterAll(async () => {
  await owner.end()
  await database.close()
})

/** Blocks that `work` touches of the table and its indexes, as Postgres itself counts them. */
async function blocksOf(sql: postgres.Sql, work: () => Promise<unknown>): Promise<number> {
  const count = async () => {
    await sql`select pg_stat_force_next_flush()`
    const [row] = await owner<{ blocks: string }[]>`
      select (heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0)) as blocks
      from pg_statio_all_tables where schemaname = 'executions' and relname = 'executions'`
    return Number(row?.blocks ?? 0)
  }
  const before = await count()
  await work()
  return (await count()) - before
}

const request = { replicaId, limit: 10, perOrganization: 1_000, planVersions: [1], stepKinds: ['model'] }

/** Ten claimed executions, each about to start its step. */
async function startedMembers() {
  const loaded = await load(system.sql, await claim(system.sql, request))
  return loaded.map(({ state, fence, commandSeq, consumedSeq }) => {
    const projection = project(state, decide(state, { type: 'tick' }, Date.now()))
    return { projection, payloads: [], replicaId, fence, commandSeq, consumedSeq, commitId: newId() }
  })
}

test('a claim of ten reads a few hundred blocks of thousands', async () => {
  let ids: string[] = []
  expect(await blocksOf(system.sql, async () => (ids = await claim(system.sql, request)))).toBeLessThan(600)
  expect(ids).toHaveLength(10)
})

test('a commit of ten reads a few blocks for each, also after thousands of claims have left dead entries', async () => {
  for (let n = 0; n < 20; n += 1) {
    const ids = await claim(system.sql, request)
    await system.sql`update executions.executions set replica_id = null, wake_at = now() where id = any(${ids}::uuid[])`
  }
  const members = await startedMembers()
  let written = new Set<string>()
  expect(await blocksOf(system.sql, async () => (written = await commit(system.sql, members)))).toBeLessThan(
    300,
  )
  expect(written.size).toBe(10)
})

test('a commit opens the months that its executions are of, and no others', async () => {
  const members = await startedMembers()
  const plan: string[] = []
  const explained = {
    unsafe: async (text: string, parameters: string[]) => {
      const rows = await system.sql.unsafe<Record<string, string>[]>(`explain ${text}`, parameters)
      plan.push(...rows.flatMap((row) => Object.values(row)))
      return []
    },
  }
  await commit(explained as unknown as postgres.Sql, members)
  const updated = plan.filter((line) => /Update on steps_|Scan.* on steps_/.test(line))
  expect(updated.length).toBeGreaterThan(0)
  // The partition of what no month is for: no plan that opens them all leaves it out.
  expect(updated.join('\n')).not.toContain('steps_rest')
})

test('looking after what is owned, and after the dead, reads what is owned', async () => {
  expect(await blocksOf(system.sql, () => ownedBy(system.sql, replicaId))).toBeLessThan(1_000)
  expect(
    await blocksOf(system.sql, () =>
      sweepDeadReplicas(system.sql, { selfId: newId(), judgeAt: 3, judgeInMs: 1 }),
    ),
  ).toBeLessThan(1_000)
})

test('a page of the list reads what it shows, as the role that people’s requests have', async () => {
  const tenant = database.connect(serviceRole('executions'), { max: 1 }).sql
  const page = (conditions: string) =>
    tenant.begin(async (tx) => {
      await tx`select set_config('qw.organization_id', ${organizationId}, true), set_config('qw.user_id', ${userId}, true)`
      return tx.unsafe(
        `select * from executions.executions where organization_id = '${organizationId}' and track ${conditions} order by id desc limit 26`,
      )
    })
  expect(await blocksOf(tenant, () => page(''))).toBeLessThan(200)
  expect(await blocksOf(tenant, () => page(`and status in ('queued', 'running')`))).toBeLessThan(500)
})
