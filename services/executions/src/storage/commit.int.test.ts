import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Database } from '@quillworks/database/connect'
import { systemRole } from '@quillworks/database/roles'
import { newId } from '@quillworks/service-kit/ids'
import { createLogger } from '@quillworks/service-kit/logger'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { decide } from '../engine/decide.ts'
import { created, done, failed, step, tick } from '../engine/engine.fixture.ts'
import type { EngineEvent } from '../engine/events.ts'
import { evolveAll } from '../engine/evolve.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { StepPlan } from '../engine/state.ts'
import type { CommitMember, EngineStorage, PayloadWrite } from '../engine/storage.ts'
import { GroupCommit } from '../worker/group-commit.ts'
import { postgresStorage } from './postgres-storage.ts'

let database: TestDatabase
let owner: postgres.Sql
let system: Database
let storage: EngineStorage
const replicaId = newId()

beforeAll(async () => {
  database = await createTestDatabase()
  owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} })
  // As the service connects: what the statements do depends on their plans.
  system = database.connect(systemRole('executions'), { byKey: true })
  storage = postgresStorage(system)
})

afterAll(async () => {
  await owner.end()
  await database.close()
})

const runAs = { organizationId: newId(), projectId: newId(), userId: newId(), scopes: ['*'] }

/** Stores an execution of these steps, owned by `replicaId`; nothing of it has begun. */
async function store(plan: StepPlan[], organizationId = runAs.organizationId): Promise<string> {
  const id = newId()
  const event = created(plan, { id, organizationId, projectId: runAs.projectId, ownerId: runAs.userId })
  await storage.start({
    id,
    runAs: { ...runAs, organizationId },
    idempotency: null,
    created: { ...event, at: Date.now() },
    payloads: [],
    requestHash: id,
    replicaId: null,
    now: Date.now(),
  })
  await owner`update executions.executions set replica_id = ${replicaId}, wake_at = null where id = ${id}`
  return id
}

async function memberFor(
  id: string,
  inputs: EngineInput[],
  payloads: PayloadWrite[] = [],
): Promise<CommitMember> {
  const [loaded] = await storage.load([id])
  if (!loaded) throw new Error('It is gone.')
  let { state } = loaded
  const events: EngineEvent[] = []
  for (const input of inputs) {
    const facts = decide(state, input, Date.now())
    events.push(...facts)
    state = evolveAll(state, facts)
  }
  const { fence, commandSeq, consumedSeq } = loaded
  const projection = project(loaded.state, events)
  return { projection, payloads, replicaId, fence, commandSeq, consumedSeq, commitId: newId() }
}

/** Waits until a session of the engine waits for a lock. */
async function untilBlocked(): Promise<void> {
  for (;;) {
    const [row] = await owner`
      select 1 from pg_stat_activity where wait_event_type = 'Lock' and usename = ${systemRole('executions')}`
    if (row) return
    await Bun.sleep(5)
  }
}

describe('rows', () => {
  test('are what the stored events fold to, at every commit of many kinds of run', async () => {
    const runs: { plan: StepPlan[]; inputs: EngineInput[] }[] = [
      { plan: [step('a'), step('b', { after: ['a'] })], inputs: [tick, done('a'), done('b')] },
      { plan: [step('a')], inputs: [tick, failed('a'), { type: 'takeover' }] },
      {
        plan: [step('a'), step('b')],
        inputs: [tick, { type: 'takeover' }, done('a', 2), failed('b', 2, { retryable: false })],
      },
      {
        plan: [step('a', { timeoutMs: 60_000 }), step('t', { kind: 'template', after: ['a'] })],
        inputs: [
          tick,
          { type: 'first_token', stepKey: 'a', attempt: 1, timeToFirstTokenMs: 12 },
          done('a'),
          { ...done('t'), usage: 'none' } as EngineInput,
        ],
      },
      { plan: [step('a')], inputs: [tick, { type: 'command', command: { type: 'cancel', reason: 'x' } }] },
    ]
    for (const { plan, inputs } of runs) {
      const id = await store(plan)
      for (const input of inputs) {
        const member = await memberFor(id, [input])
        expect(await storage.commit([member])).toEqual(new Set([id]))
        const [loaded] = await storage.load([id])
        const stored = await owner<{ type: string; at: Date; data: object }[]>`
          select type, at, data from executions.events where execution_id = ${id} order by revision`
        const events = stored.map(
          ({ type, at, data }) => ({ type, at: at.getTime(), ...data }) as EngineEvent,
        )
        expect(loaded?.state).toEqual(evolveAll(null, events))
      }
      const [sums] = await owner`
        select sum(input_tokens)::text as input, count(*) filter (where usage_state = 'unknown')::int as unknown
        from executions.attempts where execution_id = ${id}`
      const [row] =
        await owner`select input_tokens as input, unknown_attempts as unknown from executions.executions where id = ${id}`
      expect(row).toEqual(sums)
    }
  })

  test('of a plan with ten thousand steps are written and canceled in one commit each', async () => {
    const id = await store(Array.from({ length: 10_000 }, (_, n) => step(`s${n}`)))
    const member = await memberFor(id, [tick, { type: 'command', command: { type: 'cancel', reason: null } }])
    expect(await storage.commit([member])).toEqual(new Set([id]))
    const [row] =
      await owner`select status, revision::int, progress_done from executions.executions where id = ${id}`
    expect(row).toEqual({ status: 'canceled', revision: 10_035, progress_done: 10_000 })
  }, 30_000)
})

describe('a commit', () => {
  test('counts once however often it is sent, and leaves its name', async () => {
    const id = await store([step('a')])
    const member = await memberFor(id, [tick])
    expect(await storage.commit([member])).toEqual(new Set([id]))
    expect(await storage.commit([member])).toEqual(new Set())
    const [loaded] = await storage.load([id])
    expect(loaded).toMatchObject({ lastCommit: member.commitId, state: { revision: 3 } })
    const unpublished = await owner`
      select from_revision::int as from, to_revision::int as to from executions.unpublished
      where execution_id = ${id} order by from_revision`
    expect([...unpublished]).toEqual([
      { from: 1, to: 1 },
      { from: 2, to: 3 },
    ])
  })

  test('is refused after a command, a new fence, another owner, the end, or the deadline', async () => {
    const changes = [
      'command_seq = command_seq + 1',
      'fence = fence + 1',
      'replica_id = gen_random_uuid()',
      'replica_id = null',
      `status = 'canceled'`,
      `deadline_at = now() - interval '1 millisecond'`,
      'revision = revision + 1',
    ]
    for (const change of changes) {
      const id = await store([step('a')])
      const member = await memberFor(id, [tick])
      await owner.unsafe(`update executions.executions set ${change} where id = '${id}'`)
      expect([change, await storage.commit([member])]).toEqual([change, new Set()])
      const [rows] = await owner`
        select (select count(*)::int from executions.events where execution_id = ${id}) as events,
          (select count(*)::int from executions.attempts where execution_id = ${id}) as attempts`
      expect(rows).toEqual({ events: 1, attempts: 0 })
    }
  })

  test('of many takes those that are owned and leaves the others untouched', async () => {
    const [mine, theirs] = [await store([step('a')]), await store([step('a')])]
    const members = [await memberFor(mine, [tick]), await memberFor(theirs, [tick])]
    await owner`update executions.executions set fence = fence + 1 where id = ${theirs}`
    expect(await storage.commit(members)).toEqual(new Set([mine]))
  })

  test('that waits for a row of one member writes the others whole, whatever becomes of that one', async () => {
    for (const change of ['command_seq = command_seq + 1', 'deaths = 0']) {
      for (const place of [0, 1, 2]) {
        const ids = await Promise.all([1, 2, 3].map(() => store([step('a'), step('b', { after: ['a'] })])))
        const first = await Promise.all(ids.map((id) => memberFor(id, [tick])))
        await storage.commit(first)
        const members = await Promise.all(ids.map((id) => memberFor(id, [done('a')])))
        const contested = ids[place] ?? ''
        let committing: Promise<Set<string>> | undefined
        await owner.begin(async (tx) => {
          await tx.unsafe(`update executions.executions set ${change} where id = '${contested}'`)
          committing = storage.commit(members)
          await untilBlocked()
        })
        const written = await committing
        for (const id of ids) {
          const [loaded] = await storage.load([id])
          const events = await owner<{ type: string; at: Date; data: object }[]>`
            select type, at, data from executions.events where execution_id = ${id} order by revision`
          const folded = evolveAll(
            null,
            events.map(({ type, at, data }) => ({ type, at: at.getTime(), ...data }) as EngineEvent),
          )
          expect([change, place, loaded?.state]).toEqual([change, place, folded])
        }
        expect(written?.size).toBe(change === 'deaths = 0' ? 3 : 2)
      }
    }
  })

  test('with U+0000 and lone surrogates in a model’s text is stored cleaned', async () => {
    const id = await store([step('a')])
    await storage.commit([await memberFor(id, [tick])])
    const payload = { ref: 'output/a#1', body: 'a\0b\ud800' }
    await storage.commit([await memberFor(id, [done('a')], [payload])])
    expect(await storage.readPayloads(id, [payload.ref])).toEqual(new Map([[payload.ref, 'a\ufffdb\ufffd']]))
  })

  test('that the database refuses is halved until only the bad member is left out', async () => {
    await owner`alter table executions.payloads add constraint no_poison check (body <> '"poison"'::jsonb)`
    const ids = await Promise.all(Array.from({ length: 7 }, () => store([step('a')])))
    for (const id of ids) await storage.commit([await memberFor(id, [tick])])
    let statements = 0
    const counted = { commit: (members: CommitMember[]) => ((statements += 1), storage.commit(members)) }
    const commits = new GroupCommit({
      storage: counted,
      logger: createLogger('t', { level: 'silent' }),
    })
    const members = await Promise.all(
      ids.map((id, n) =>
        memberFor(id, [done('a')], [{ ref: 'output/a#1', body: n === 4 ? 'poison' : 'good' }]),
      ),
    )
    const outcomes = await Promise.all(members.map((member) => commits.submit(member)))
    expect(outcomes.map(({ result }) => result)).toEqual(
      ids.map((_, n) => (n === 4 ? 'rejected' : 'written')),
    )
    expect(statements).toBeLessThanOrEqual(7)
    await owner`alter table executions.payloads drop constraint no_poison`
  })

  test('whose answer was lost is sent again, and counts once', async () => {
    const id = await store([step('a')])
    const member = await memberFor(id, [tick])
    let lost = 0
    const flaky = {
      commit: async (members: CommitMember[]) => {
        const written = await storage.commit(members)
        if (lost++ === 0)
          throw Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' })
        return written
      },
    }
    const commits = new GroupCommit({
      storage: flaky,
      logger: createLogger('t', { level: 'silent' }),
    })
    expect(await commits.submit(member)).toEqual({ result: 'refused' })
    const [loaded] = await storage.load([id])
    expect(loaded).toMatchObject({ lastCommit: member.commitId, state: { revision: 3 } })
  })
})

describe('final states', () => {
  test('are guarded by the database itself', async () => {
    const id = await store([step('a')])
    await storage.commit([await memberFor(id, [tick, done('a')])])
    const leave = (table: string, column: string) =>
      owner.unsafe(`update executions.${table} set status = 'running' where ${column} = '${id}'`).then(
        () => 'accepted',
        (error: unknown) => (error instanceof postgres.PostgresError ? error.code : String(error)),
      )
    expect(await leave('executions', 'id')).toBe('23000')
    expect(await leave('steps', 'execution_id')).toBe('23000')
  })

  test('still take the spend of an attempt, with a new revision', async () => {
    const id = await store([step('a')])
    await storage.commit([await memberFor(id, [tick])])
    await storage.commit([
      await memberFor(id, [{ type: 'command', command: { type: 'cancel', reason: null } }]),
    ])
    const usage = { inputTokens: 3, outputTokens: 4, cachedTokens: 0, costNanoUsd: '9007199254740993' }
    const late: EngineInput = { type: 'late_usage', stepKey: 'a', attempt: 1, usage }
    const before = (await storage.load([id]))[0]?.state.revision ?? 0
    await storage.applyLocked(id, late)
    await storage.applyLocked(id, late)
    const [row] = await owner`
      select e.status, e.revision::int, e.input_tokens, e.cost_nano_usd, a.usage_state, a.cost_nano_usd as attempt_cost, e.replica_id
      from executions.executions e join executions.attempts a on a.execution_id = e.id where e.id = ${id}`
    expect(row).toEqual({
      status: 'canceled',
      revision: before + 1,
      input_tokens: '3',
      cost_nano_usd: '9007199254740993',
      usage_state: 'known',
      attempt_cost: '9007199254740993',
      replica_id: null,
    })
  })
})
