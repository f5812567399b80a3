import { expect, test } from 'bun:test'
import { createLogger } from '@quillworks/service-kit/logger'
import { play, startedAt, step, tick } from '../engine/engine.fixture.ts'
import type { EngineStorage, LoadedExecution } from '../engine/storage.ts'
import type { ActorTools } from './actor-tools.ts'
import { ExecutionActor } from './execution-actor.ts'

const { state } = play([step('a', { kind: 'call' })], [[0, tick]])
const loaded: LoadedExecution = {
  state,
  runAs: {
    organizationId: state.organizationId,
    projectId: state.projectId,
    userId: state.ownerId,
    scopes: [],
  },
  replicaId: 'this',
  fence: 1,
  commandSeq: 0,
  consumedSeq: 0,
  deaths: 0,
  lastCommit: null,
  commands: [],
}

/** An owner of an execution with a call in flight; reading it again takes until `give`. */
function own() {
  const readings: ((found: LoadedExecution[]) => void)[] = []
  const load = () => new Promise<LoadedExecution[]>((resolve) => readings.push(resolve))
  const set = { now: startedAt + 2_000, mayStartEffects: true }
  const tools: ActorTools = {
    replicaId: 'this',
    storage: { load } as unknown as EngineStorage,
    commits: {} as never,
    handlers: { call: () => new Promise(() => {}) },
    streams: {} as never,
    logger: createLogger('executions', { level: 'silent' }),
    partialMs: 1_000,
    pureStepsPerCommit: 100,
    now: () => set.now,
    random: () => 0.5,
    mayStartEffects: () => set.mayStartEffects,
    onGone: () => {},
  }
  const actor = new ExecutionActor(loaded, tools, tick)
  actor.resumeStarted()
  const give = (found: LoadedExecution[]) => readings.shift()?.(found)
  return { actor, set, give }
}

test('what somebody else wrote is read before the state is told', async () => {
  const { actor, give } = own()
  expect(await actor.stored()).toBe(state)
  actor.lookAgain()
  let told: string | undefined
  const stored = actor.stored().then((seen) => (told = seen?.name))
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toBeUndefined()
  give([{ ...loaded, state: { ...state, name: 'Another name' } }])
  await stored
  expect(told).toBe('Another name')
  actor.drop()
})

test('nothing is told of what is overdue, may belong to others, or does', async () => {
  const { actor, set, give } = own()
  set.mayStartEffects = false
  expect(await actor.stored()).toBeUndefined()
  set.mayStartEffects = true
  set.now = Number(state.deadlineAt)
  expect(await actor.stored()).toBeUndefined()
  set.now = startedAt + 2_000
  expect(await actor.stored()).toBe(state)
  actor.lookAgain()
  const stored = actor.stored()
  await new Promise((resolve) => setImmediate(resolve))
  give([{ ...loaded, replicaId: 'another' }])
  expect(await stored).toBeUndefined()
})
