import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Database } from '@quillworks/database/connect'
import { serviceRole } from '@quillworks/database/roles'
import { withTenant } from '@quillworks/database/tenant'
import { newId } from '@quillworks/service-kit/ids'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import type { Page } from '../graphql/pages.ts'
import type { ExecutionFilter } from './execution-filter.ts'
import { countExecutions, listExecutions, mostLookedAt, mostSearched } from './execution-list.repository.ts'

// With many executions stored, each list reads what it shows; where no index knows the answer, it looks at
// `mostLookedAt` and goes on from there. All as the role that people's requests have, under row level security.

const stored = 100_000
const organizationId = newId()
const [busy, veteran, quiet, sharing] = [newId(), newId(), newId(), newId()]
const [project, otherProject] = [newId(), newId()]
const [source, rareSource] = [newId(), newId()]
let database: TestDatabase
let owner: postgres.Sql
let tenant: Database
let everything: StoredRow[]

interface StoredRow {
  id: string
  kind: string
  track: boolean
  source_id: string | null
  owner_id: string
  project_id: string
  visibility: string
  name: string
  trigger: string
  waiting_for: string | null
  status: string
  /** In nano-dollars; null where nobody knows. */
  cost: number | null
  models: string[]
}

// Of 100,000: most are private to `busy`, the older half to `veteran`; every tenth is shared by `sharing`, and 20 are private to `quiet`.
beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
  tenant = database.connect(serviceRole('executions'), { max: 1, deadlineMs: 60_000 })
  await owner`
    insert into executions.executions (id, organization_id, project_id, owner_id, visibility, kind, name, status, revision,
      track, trigger, source_type, source_id, plan_version, step_kinds, conversation, deadline_ms, run_as, request_hash,
      progress_done, progress_total, started_at, finished_at, deadline_at, waiting_for, cost_nano_usd, unknown_attempts)
    select (lpad(to_hex((extract(epoch from now() - n * interval '1 second') * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
      ${organizationId}, case when n % 4999 = 7 then ${otherProject}::uuid else ${project}::uuid end,
      case when n % 10 = 0 then ${sharing}::uuid when n % 5000 = 77 then ${quiet}::uuid when n <= 50000 then ${busy}::uuid else ${veteran}::uuid end,
      case when n % 10 = 0 then 'organization' else 'private' end,
      case when n % 4001 = 9 then 'rare' else 'common' end,
      case when n % 4001 = 9 then 'Über 100% of_it' else 'about 100 of it' end,
      case when n % 2503 = 3 then 'failed' when n % 10007 = 4 then 'canceled' when n % 50 = 2 then 'waiting'
        when n % 997 = 1 then 'running' when n % 1009 = 1 then 'queued' else 'succeeded' end,
      1, n % 3 <> 0, case when n % 3001 = 8 then 'api' else 'manual' end, 'prompt', case when n % 5003 = 11 then ${rareSource} when n % 2 = 0 then ${source} end,
      1, '{model}', false, 300000, '{}', 'x', 0, 1, now(), now(),
      case when n % 997 = 1 then now() + case when n % 1994 = 1 then interval '1 day' else interval '-1 day' end end,
      case when n % 50 = 2 then case when n % 100 = 2 then 'input' else 'timer' end end,
      case when n % 2999 = 5 then 2500000000 when n % 7 = 0 then 1000 end, case when n % 11 = 3 then 1 else 0 end
    from generate_series(1, ${stored}) n`
  // Half have asked a model, a quarter twice; few have asked a rare one.
  await owner`
    insert into executions.steps (execution_id, organization_id, owner_id, visibility, key, ordinal, kind, after, retry,
      conversation, status, attempt, failures, unknown, input_ref, model)
    select id, organization_id, owner_id, visibility, 'step' || k, k, 'model', '{}', '{"maxAttempts":1,"delayMs":0,"maxDelayMs":0}',
      false, 'succeeded', 1, 0, '{}', 'step', case when k = 3 then 'demo/rare' else 'demo/common' end
    from (select *, ('x' || right(id::text, 8))::bit(32)::int as n from executions.executions) e
    cross join generate_series(0, 3) k
    where k = 0 and n % 2 = 0 or k = 1 and n % 4 = 0 or k = 2 and n % 4999 = 4 or k = 3 and n % 4001 = 9`
  // Its blocks would be counted too.
  await owner`alter table executions.executions set (autovacuum_enabled = off)`
  await owner`vacuum analyze executions.executions`
  await owner`vacuum analyze executions.steps`
  everything = await owner<StoredRow[]>`
    select id, kind, track, source_id, owner_id, project_id, visibility, name, trigger, waiting_for,
      coalesce(cost_nano_usd, case when unknown_attempts = 0 then 0 end)::float8 as cost,
      array(select distinct model from executions.steps s where s.execution_id = e.id) as models,
      case when status = 'running' and deadline_at <= now() then 'timed_out' else status end as status
    from executions.executions e order by id desc`
}, 120_000)

afterAll(async () => {
  await owner.end()
  await database.close()
})

const read = <T>(userId: string, work: Parameters<typeof withTenant<T>>[2]) =>
  withTenant(tenant, { organizationId, userId }, work)

/** Blocks of executions and steps, and of their indexes, that `work` touches, as Postgres itself counts them. */
async function blocksOf(work: () => Promise<unknown>): Promise<number> {
  const count = async () => {
    await tenant.orm.execute('select pg_stat_force_next_flush()')
    await owner`select pg_stat_force_next_flush()`
    const [row] = await owner<{ blocks: string }[]>`
      select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0)) as blocks
      from pg_statio_all_tables where schemaname = 'executions' and (relname = 'executions' or relname like 'steps%')`
    return Number(row?.blocks ?? 0)
  }
  const before = await count()
  await work()
  return (await count()) - before
}

const first: Page = { limit: 25, backward: false, after: null, before: null }
const list = (userId: string, filter: ExecutionFilter, page = first) =>
  read(userId, (tx) => listExecutions(tx, { organizationId, userId }, filter, page))

/** The ids that fit, newest first, by a plain look at every row. */
function fitting(userId: string, filter: ExecutionFilter): string[] {
  const is = (asked: unknown, value: unknown) =>
    asked === undefined || (Array.isArray(asked) ? asked.includes(value) : asked === value)
  const { text, idsFromTo, costFrom, costTo, model } = filter
  return everything
    .filter(
      (row) =>
        (row.visibility === 'organization' || row.owner_id === userId) &&
        is(filter.kind, row.kind) &&
        is(filter.status, row.status) &&
        is(filter.track, row.track) &&
        is(filter.sourceId, row.source_id) &&
        is(filter.createdBy, row.owner_id) &&
        is(filter.projectId, row.project_id) &&
        is(filter.trigger, row.trigger) &&
        is(filter.waitingFor, row.waiting_for) &&
        (model === undefined || row.models.includes(model)) &&
        (text === undefined || row.name.toLowerCase().includes(text.toLowerCase())) &&
        (!idsFromTo || (row.id >= idsFromTo[0] && row.id <= idsFromTo[1])) &&
        (costFrom === undefined || (row.cost !== null && row.cost >= costFrom)) &&
        (costTo === undefined || (row.cost !== null && row.cost <= costTo)),
    )
    .map(({ id }) => id)
}

const all: ExecutionFilter['status'] = ['queued', 'running', 'waiting', 'failed', 'canceled', 'timed_out']
const filters: Record<string, ExecutionFilter> = {
  'all of them': {},
  tracked: { track: true },
  'utility ones': { track: false },
  failed: { track: true, status: ['failed'] },
  'failed or timed out': { track: true, status: ['failed', 'timed_out'] },
  'timed out': { status: ['timed_out'] },
  canceled: { track: true, status: ['canceled'] },
  waiting: { track: true, status: ['waiting', 'waiting'] },
  'at work': { track: true, status: ['queued', 'running'] },
  'every status but one': { status: all },
  succeeded: { track: true, status: ['succeeded'] },
  'failed or succeeded': { track: true, status: ['failed', 'succeeded'] },
  'of a rare kind': { track: true, kind: ['rare', 'none', 'rare'] },
  'of a kind that none has': { kind: ['none'] },
  'of a rare source': { track: true, sourceType: 'prompt', sourceId: rareSource },
  'of a source that many have': { track: true, sourceId: source },
  'by the one who shares': { track: true, createdBy: sharing },
  'by the quiet one': { track: true, createdBy: quiet },
  'by the busy one': { createdBy: busy },
  'that asked a model that many ask': { track: true, model: 'demo/common' },
  'that asked a rare model': { model: 'demo/rare' },
  'that asked a model that none asks': { track: true, model: 'demo/none' },
  'that wait for the next message': { track: true, status: ['waiting'], waitingFor: ['input'] },
  'that somebody started by hand': { trigger: ['manual', 'schedule'] },
  'of a name that many have': { track: true, text: 'ABOUT' },
  'that cost little': { track: true, costFrom: 0, costTo: 1_000_000 },
}

for (const [name, filter] of Object.entries(filters)) {
  test(`a page of executions ${name} reads what it shows, whoever asks, and shows what fits`, async () => {
    for (const userId of [busy, veteran, quiet, sharing]) {
      let found: Awaited<ReturnType<typeof list>> | undefined
      const blocks = await blocksOf(async () => (found = await list(userId, filter)))
      // Those of a model are looked up one by one, from its steps.
      expect(blocks).toBeLessThan(filter.model === undefined ? 250 : 400)
      const ids = fitting(userId, filter)
      expect(found?.rows.map(({ id }) => id)).toEqual(ids.slice(0, 26))
      expect(found?.stoppedAt).toBeNull()
      const last = { ...first, backward: true, before: ids[40] ?? null }
      const backward = await list(userId, filter, last)
      const before = ids[40] === undefined ? ids : ids.slice(0, 40)
      expect(backward.rows.map(({ id }) => id)).toEqual(before.slice(-26).reverse())
    }
  })
}

const sparse: Record<string, ExecutionFilter> = {
  'of a rare kind that failed': { track: true, kind: ['rare'], status: ['waiting'] },
  'of a rare project': { track: true, projectId: otherProject },
  'of a project that none has': { projectId: newId() },
  'of one source and status': { sourceId: source, status: ['failed'] },
  'of rare kinds, with many others': {
    kind: ['rare', ...Array.from({ length: 20 }, (_, n) => `none-${n}`)],
    createdBy: busy,
  },
  'that failed and asked a rare model': { status: ['waiting'], model: 'demo/rare' },
  'of a rare trigger': { trigger: ['api'] },
}
const searched: Record<string, ExecutionFilter> = {
  'of a rare name': { track: true, text: 'über 100% OF_' },
  'of a name that none has': { text: '100_of' },
  'that cost much': { costFrom: 2_000_000_000 },
}

for (const [name, filter] of [...Object.entries(sparse), ...Object.entries(searched)]) {
  const most = name in searched ? mostSearched : mostLookedAt
  test(`executions ${name} are looked for ${most} at a time, and all are found`, async () => {
    const ids: string[] = []
    let after: string | null = null
    let pages = 0
    do {
      let page: Awaited<ReturnType<typeof list>> = { rows: [], stoppedAt: null }
      const blocks = await blocksOf(async () => (page = await list(busy, filter, { ...first, after })))
      expect(blocks).toBeLessThan(3 * most)
      const rows = page.rows.slice(0, 25)
      ids.push(...rows.map(({ id }) => id))
      after = page.rows.length > 25 ? (rows.at(-1)?.id ?? null) : page.stoppedAt
      pages += 1
    } while (after !== null)
    expect(ids).toEqual(fitting(busy, filter))
    expect(pages).toBeLessThan(stored / most + 10)
  })
}

test('counting looks at ten thousand and says so', async () => {
  const count = (userId: string, filter: ExecutionFilter) =>
    read(userId, (tx) => countExecutions(tx, { organizationId, userId }, filter))
  expect(await count(busy, {})).toEqual({ count: 10_000, capped: true })
  expect(await count(quiet, { createdBy: quiet })).toEqual({ count: 20, capped: false })
  const failed = { track: true, status: ['failed' as const] }
  expect(await count(busy, failed)).toEqual({ count: fitting(busy, failed).length, capped: false })
  expect(await count(busy, { projectId: newId() })).toEqual({ count: 0, capped: true })
  expect(await blocksOf(() => count(busy, { projectId: newId() }))).toBeLessThan(25_000)
})

test('a status that none was asked for is had by none', async () => {
  expect(await list(busy, { status: [] })).toEqual({ rows: [], stoppedAt: null })
})

test('an execution is found by its id, or the beginning of it, however old it is', async () => {
  const oldest = fitting(busy, {}).at(-1) ?? ''
  const whole: ExecutionFilter = { idsFromTo: [oldest, oldest] }
  const begun: ExecutionFilter = {
    idsFromTo: [
      `${oldest.slice(0, 12)}0-0000-0000-000000000000`,
      `${oldest.slice(0, 12)}f-ffff-ffff-ffffffffffff`,
    ],
  }
  for (const filter of [whole, begun, { ...begun, model: 'demo/common' }]) {
    let found: Awaited<ReturnType<typeof list>> | undefined
    const blocks = await blocksOf(async () => (found = await list(busy, filter)))
    expect(found?.rows.map(({ id }) => id)).toEqual(fitting(busy, filter).slice(0, 26))
    expect(blocks).toBeLessThan(250)
  }
})

test('of those named, the ones that fit the rest are answered, as a page asks when it hears of them', async () => {
  const named = everything.slice(0, 90).map(({ id }) => id)
  const model = 'demo/common'
  const found = await list(busy, { ids: named, model }, { ...first, limit: 100 })
  expect(found.rows.map(({ id }) => id)).toEqual(fitting(busy, { model }).filter((id) => named.includes(id)))
  expect(found.rows.length).toBeGreaterThan(10)
})

test('counting those that asked a model counts each once', async () => {
  const filter = { model: 'demo/rare' }
  const counted = await read(busy, (tx) => countExecutions(tx, { organizationId, userId: busy }, filter))
  expect(counted).toEqual({ count: fitting(busy, filter).length, capped: false })
})
