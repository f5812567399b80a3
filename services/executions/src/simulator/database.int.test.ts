import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemRole } from '@quillworks/database/roles'
import { newId } from '@quillworks/service-kit/ids'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import postgres from 'postgres'
import { acceptCommand } from '../engine/accept-command.ts'
import { decide } from '../engine/decide.ts'
import { created, done, failed, step, tick } from '../engine/engine.fixture.ts'
import { evolveAll } from '../engine/evolve.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { CommitMember, EngineStorage, LoadedExecution } from '../engine/storage.ts'
import { postgresStorage } from '../storage/postgres-storage.ts'
import { Faults } from './faults.ts'
import { SimulatedDatabase } from './database.ts'
import { Random } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { simulatedStorage } from './storage.ts'
import { postgresRules } from './tables.ts'

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

/** The model's storage, whose requests are carried out at once and without faults. */
function modelStorage(): { model: SimulatedDatabase; storage: EngineStorage } {
  const witness = { claimed: () => undefined, written: () => undefined }
  const model = new SimulatedDatabase({ now: () => Date.now(), rules: postgresRules, witness })
  const scheduler = new Scheduler()
  const random = new Random(1)
  const faults = new Faults(random, 0)
  const link = {
    scheduler,
    faults,
    random,
    database: model,
    crash: () => {},
    isLive: () => false,
    trace: () => {},
  }
  const storage = simulatedStorage(link)
  const atOnce = new Proxy(storage, {
    get:
      (target, name: keyof EngineStorage) =>
      (...given: unknown[]) => {
        const answer = Reflect.apply(target[name], target, given) as Promise<unknown>
        while (scheduler.runNext());
        return answer
      },
  })
  return { model, storage: atOnce }
}

/** An execution as both have to tell it: all but moments, which each takes from its own clock. */
const told = (loaded: LoadedExecution[]) =>
  loaded
    .map(({ state, replicaId, fence, commandSeq, consumedSeq, deaths, commands }) => ({
      id: state.id,
      status: state.status,
      revision: state.revision,
      name: state.name,
      usage: state.usage,
      replicaId,
      fence,
      commandSeq,
      consumedSeq,
      deaths,
      commands: commands.map(({ seq }) => seq),
      steps: [...state.steps.values()].map(
        ({ key, status, attempt, failures, open, unknown, outputRef, error }) => ({
          key,
          status,
          attempt,
          failures,
          open: open?.number ?? null,
          unknown,
          outputRef,
          error,
        }),
      ),
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1))

test('the database of the simulator answers as Postgres does, whatever is asked of it', async () => {
  const real = postgresStorage(database.connect(systemRole('executions')))
  const { model, storage: simulated } = modelStorage()
  const random = new Random(7)
  const ids: string[] = []
  const replicas: { id: string; key: number; session: { open: boolean } }[] = []
  const kept: CommitMember[] = []
  const runAs = { organizationId: newId(), projectId: newId(), userId: newId(), scopes: ['*'] }
  const both = async <T>(ask: (storage: EngineStorage) => Promise<T>): Promise<T | string> => {
    const [one, other] = await Promise.all(
      [real, simulated].map((storage) => ask(storage).catch((error: { code: string }) => error.code)),
    )
    expect(other).toEqual(one as typeof other)
    return one as T | string
  }
  const register = async () => {
    const replica = { id: newId(), key: random.int(1, 1_000_000_000), session: { open: true } }
    await owner`select pg_advisory_lock(${replica.key})`
    await owner`insert into executions.replicas (id, lock_key, expires_at)
      values (${replica.id}, ${replica.key}, now() + interval '1 hour')`
    model.register(replica.id, replica.session, 3_600_000)
    replicas.push(replica)
  }
  const start = async () => {
    const id = newId()
    const plan = [step('a'), step('b', { kind: 'call' }), step('c', { after: ['a', 'b'] })]
    const { organizationId, projectId, userId: ownerId } = runAs
    const now = Date.now()
    const replicaId = random.chance(0.5) ? random.pick(replicas).id : null
    const event = { ...created(plan, { id, organizationId, projectId, ownerId }), at: now }
    const execution = {
      id,
      runAs,
      idempotency: null,
      created: event,
      payloads: [],
      requestHash: id,
      replicaId,
      now,
    }
    await both(async (storage) => (await storage.start(execution)).revision)
    ids.push(id)
  }
  const decideOne = async (id: string) => {
    const [loaded] = await real.load([id])
    if (!loaded) throw new Error(`${id} is gone.`)
    const { state } = loaded
    const open = [...state.steps.values()].filter((each) => each.open)
    const inputs: EngineInput[] = [
      tick,
      { type: 'takeover' },
      ...loaded.commands.map(({ command }) => ({ type: 'command' as const, command })),
    ]
    for (const { key, attempt } of open)
      inputs.push(random.chance(0.5) ? done(key, attempt) : failed(key, attempt))
    const events = decide(state, random.pick(inputs), Date.now())
    if (events.length === 0) return
    const { fence, commandSeq, replicaId } = loaded
    const projection = project(state, events)
    expect(evolveAll(state, events).revision).toBe(projection.after.revision)
    const by = replicaId ?? random.pick(replicas).id
    kept.push({
      projection,
      payloads: [],
      replicaId: by,
      fence,
      commandSeq,
      consumedSeq: commandSeq,
      commitId: newId(),
    })
  }
  for (let count = 0; count < 3; count += 1) await register()
  for (let count = 0; count < 10; count += 1) await start()
  for (let turn = 0; turn < 300; turn += 1) {
    const id = random.pick(ids)
    const replica = random.pick(replicas)
    const replicaId = replica.id
    const { organizationId, userId } = runAs
    const wish = random.int(0, 11)
    if (wish === 0) await start()
    if (wish === 1) {
      const request = {
        replicaId,
        limit: 100,
        perOrganization: 1_000,
        planVersions: [1],
        stepKinds: ['model', 'call'],
      }
      await both(async (storage) => (await storage.claim(request)).sort())
    }
    if (wish >= 2 && wish <= 5) await decideOne(id)
    // Also one that was decided long ago, or was written before.
    const member =
      kept.length > 0 && wish >= 3
        ? kept[random.chance(0.7) ? kept.length - 1 : random.int(0, kept.length - 1)]
        : undefined
    if (member) await both(async (storage) => [...(await storage.commit([member]))])
    if (wish === 6) {
      const request = { type: 'stop_step' as const, stepKey: random.pick(['a', 'b', 'c', 'x']) }
      const asked = random.chance(0.3) ? { type: 'cancel' as const } : request
      const prepare = (target: Parameters<typeof acceptCommand>[1]) => acceptCommand(asked, target)
      const key = random.chance(0.2) ? 'again' : newId()
      const command = {
        executionId: id,
        organizationId,
        userId,
        othersToo: false,
        idempotencyKey: key,
        requestHash: 'x',
        prepare,
      }
      await both((storage) => storage.command(command))
    }
    if (wish === 7) await both((storage) => storage.release({ replicaId, ids: [id] }))
    if (wish === 8)
      await both((storage) => storage.sweepDeadReplicas({ selfId: replicaId, judgeAt: 2, judgeInMs: 0 }))
    if (wish === 9 && replicas.length > 1) {
      await owner`select pg_advisory_unlock(${replica.key})`
      replica.session.open = false
      if (random.chance(0.7)) replicas.splice(replicas.indexOf(replica), 1)
      await register()
      if (random.chance(0.2)) await both((storage) => storage.absolve([replicaId]))
    }
    if (wish === 10)
      await both(
        async (storage) =>
          (await storage.applyLocked(id, { type: 'rename', name: `name ${turn}` }))?.revision,
      )
    if (wish === 11)
      await both((storage) =>
        storage.consume({ executionId: id, replicaId, fence: random.int(0, 3), seq: 1 }),
      )
    await both(async (storage) => told(await storage.load(ids)))
    await both(async (storage) =>
      (await storage.ownedBy(replicaId)).sort((one, other) => (one.id < other.id ? -1 : 1)),
    )
  }
  expect(kept.length).toBeGreaterThan(30)
})
