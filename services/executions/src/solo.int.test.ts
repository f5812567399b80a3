import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { newId } from '@quillworks/service-kit/ids'
import { executionReplySchema, startSubject } from './contract/commands.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  settled,
  type EngineFixture,
} from './testing/engine-fixture.ts'
import { killEngineProcesses, startEngineProcess, type EngineProcess } from './testing/engine-process.ts'

// Steps that end the process which carries them out, and what becomes of everything else.

let fixture: EngineFixture

beforeAll(async () => {
  fixture = await createEngineFixture()
})

afterEach(() => killEngineProcesses())

afterAll(() => fixture.close())

const settings = { QUILLWORKS_LEASE_MS: '2000', QUILLWORKS_POLL_MS: '100' }

const replica = (): Promise<EngineProcess> => startEngineProcess(fixture, settings, 'poisonous-process.ts')

async function start(body: string, more: object = {}): Promise<string> {
  const id = newId()
  const steps = [modelStep('a', { retry: { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 } })]
  const [step] = steps
  if (step?.kind === 'model') step.input = { ...step.input, body }
  const reply = await requestUntilAnswered({
    nats: fixture.gateway,
    subject: startSubject,
    body: { id, kind: 'test', name: body, runAs, plan: { version: 1, steps, ...more } },
    schema: executionReplySchema,
    deadlineMs: 20_000,
    unanswered: id,
  })
  expect(reply).toMatchObject({ ok: true })
  return id
}

const isSolo = async () => (await fixture.owner`select 1 from executions.replicas where solo`).length > 0

test('after two deaths a step runs alone: the third ends its own process only, and nothing else', async () => {
  const first = await replica()
  const id = await start('poison')
  await first.exited
  const second = await replica()
  await second.exited
  const third = await replica()
  const innocent = await start('all is well')
  const row = await settled(fixture.owner, id, 'failed', 'succeeded')
  expect(row).toMatchObject({ error_code: 'execution.quarantined' })
  expect(await settled(fixture.owner, innocent, 'succeeded', 'failed')).toMatchObject({ status: 'succeeded' })
  const later = await start('still here')
  expect(await settled(fixture.owner, later, 'succeeded', 'failed')).toMatchObject({ status: 'succeeded' })
  expect(await Promise.race([third.exited, Promise.resolve('lives')])).toBe('lives')
  const attempts = await fixture.owner`
    select status from executions.attempts where execution_id = ${id} order by number`
  expect(attempts.map(({ status }) => status)).toEqual(['lost', 'lost', 'canceled'])
  await eventually(async () => !(await isSolo()))
  third.kill('SIGTERM')
  expect(await third.exited).toBe(0)
}, 120_000)

test('what comes to its end alone has ended like anything else, and its process is gone', async () => {
  const first = await replica()
  const id = await start('alone only')
  await first.exited
  const second = await replica()
  await second.exited
  const third = await replica()
  const row = await settled(fixture.owner, id, 'failed', 'succeeded')
  expect(row).toMatchObject({ status: 'succeeded', deaths: 0 })
  await eventually(async () => !(await isSolo()))
  third.kill('SIGTERM')
  expect(await third.exited).toBe(0)
}, 120_000)

/** Ends two replicas with this text; the one that is answered runs it alone. */
async function untilAlone(body: string) {
  const first = await replica()
  const id = await start(body)
  await first.exited
  await (
    await replica()
  ).exited
  const parent = await replica()
  await eventually(
    async () =>
      (
        await fixture.owner`
          select 1 from executions.executions e join executions.replicas r on r.id = e.replica_id
          where e.id = ${id} and r.solo and e.open_attempts = 1`
      ).length === 1,
  )
  return { id, parent }
}

const childrenOf = (pid: number): number[] =>
  Bun.spawnSync(['pgrep', '-P', String(pid)])
    .stdout.toString()
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [Number(line)]))

test('what hangs alone is ended by its parent, and quarantined', async () => {
  const { id, parent } = await untilAlone('hang alone')
  const row = await settled(fixture.owner, id, 'failed', 'succeeded')
  expect(row).toMatchObject({ error_code: 'execution.quarantined' })
  await eventually(async () => childrenOf(parent.pid).length === 0)
  const later = await start('still here')
  expect(await settled(fixture.owner, later, 'succeeded', 'failed')).toMatchObject({ status: 'succeeded' })
  parent.kill('SIGTERM')
  expect(await parent.exited).toBe(0)
}, 120_000)

test('what hangs alone ends with its parent', async () => {
  const { id, parent } = await untilAlone('hang alone')
  const children = childrenOf(parent.pid)
  expect(children).toHaveLength(1)
  parent.kill('SIGKILL')
  await parent.exited
  await eventually(async () => {
    try {
      for (const pid of children) process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  })
  const next = await replica()
  const row = await settled(fixture.owner, id, 'failed', 'succeeded')
  expect(row).toMatchObject({ error_code: 'execution.quarantined' })
  next.kill('SIGTERM')
  expect(await next.exited).toBe(0)
}, 120_000)
