import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { completeSubject, maxOutputBytes } from '../contract/calls.ts'
import { connectNats } from '@quillworks/messaging/connect'
import type { StepSpec } from '../contract/plan.ts'
import type { CallModel } from '../models/call-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  settled,
  templateStep,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'
import { killEngineProcesses, startEngineProcess } from '../testing/engine-process.ts'
import { inMs, startOutsideWorker, workerSubject, type OutsideWorker } from '../testing/outside-worker.ts'

// Work that a worker has accepted and ends later, whatever becomes of those who asked for it.

let fixture: EngineFixture
const open: { stop: () => Promise<void> }[] = []

beforeAll(async () => {
  fixture = await createEngineFixture()
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.stop()))
  killEngineProcesses()
})

afterAll(() => fixture.close())

const answer: CallModel = async () => ({
  text: 'A summary',
  usage: null,
  costNanoUsd: null,
  finishReason: 'stop',
})

const scan = (more: object = {}): StepSpec => ({
  key: 'scan',
  kind: 'call',
  after: [],
  input: { subject: workerSubject, body: { page: 1 } },
  ...more,
})
const soon = { retry: { maxAttempts: 2, delayMs: 0, maxDelayMs: 0 } }

async function engine(): Promise<TestEngine> {
  const made = await fixture.engine(answer)
  open.push(made)
  return made
}

async function outside(acceptMs: Parameters<typeof startOutsideWorker>[1] = 600_000): Promise<OutsideWorker> {
  const made = await startOutsideWorker(fixture, acceptMs)
  open.push(made)
  return made
}

const outputOf = async (id: string, ref: string): Promise<unknown> =>
  (
    await fixture.owner`select body from executions.payloads where execution_id = ${id} and ref = ${ref}`
  )[0]?.['body']

test('an accepted call is waited for without a lease, and its completion lets the run go on', async () => {
  const worker = await outside()
  const { start } = await engine()
  const id = await start({ steps: [scan(), templateStep('note', 'Found {{scan}}', ['scan'])] })
  const row = await settled(fixture.owner, id, 'waiting', 'failed')
  expect(row).toMatchObject({
    waiting_for: 'event',
    waiting_step: 'scan',
    replica_id: null,
    open_attempts: 0,
  })
  const token = worker.asked[0]?.token ?? ''
  expect(await worker.complete({ token, result: 'done', output: 'three pages' })).toEqual({
    ok: true,
    until: null,
  })
  await settled(fixture.owner, id, 'succeeded', 'failed')
  expect(await outputOf(id, 'output/note#1')).toBe('Found three pages')
  // The same again, after the end, is answered the same; another result is not taken.
  expect(await worker.complete({ token, result: 'done', output: 'three pages' })).toMatchObject({ ok: true })
  expect(await worker.complete({ token, result: 'done', output: 'four pages' })).toMatchObject({
    ok: false,
    code: 'step.ended',
  })
  const failed = { token, result: 'failed', code: 'scan.broken', message: 'No.' } as const
  expect(await worker.complete(failed)).toMatchObject({ ok: false, code: 'step.ended' })
  const [events] = await fixture.owner`
    select count(*)::int as stored, max(revision)::int as last from executions.events where execution_id = ${id}`
  expect(events?.['stored']).toBe(events?.['last'])
})

test('a result that cannot be stored is refused for good, and another one ends the step', async () => {
  const worker = await outside()
  const { start } = await engine()
  const id = await start({ steps: [scan()] })
  await settled(fixture.owner, id, 'waiting', 'failed')
  const token = worker.asked[0]?.token ?? ''
  const nats = await connectNats({
    url: fixture.nats.url,
    secret: fixture.nats.secret,
    name: 'outside',
    grants: { publish: ['_INBOX.>', completeSubject], subscribe: ['_INBOX.>'] },
  })
  open.push({ stop: () => nats.close() })
  const { owner } = fixture
  await owner`create or replace function executions.refuse_output() returns trigger language plpgsql as
    $$ begin
      if new.body = '"unwanted"' then raise exception 'refused' using errcode = '22P05'; end if;
      return new;
    end $$`
  await owner`create trigger refuse_output before insert or update on executions.payloads
    for each row execute function executions.refuse_output()`
  // The database refuses the first, and the engine itself cannot write the second.
  for (const output of ['"unwanted"', '['.repeat(50_000) + ']'.repeat(50_000)]) {
    const reply = await nats.request(
      completeSubject,
      `{"token":"${token}","result":"done","output":${output}}`,
      { timeout: 20_000 },
    )
    expect(reply.json()).toMatchObject({ ok: false, code: 'step.output_invalid', retryable: false })
  }
  await owner`drop trigger refuse_output on executions.payloads`
  expect(await worker.complete({ token, result: 'done', output: 'flat' })).toMatchObject({ ok: true })
  await settled(fixture.owner, id, 'succeeded', 'failed')
  expect(await outputOf(id, 'output/scan#1')).toBe('flat')
})

test('an answer that is no JSON is a bad reply, which nobody asks for again', async () => {
  const answers = ['not JSON', '', Uint8Array.of(0x22, 0xff, 0x22), 'null', '{"ok":true'].map((each) =>
    typeof each === 'string' ? new TextEncoder().encode(each) : each,
  )
  const nats = await connectNats({
    url: fixture.nats.url,
    secret: fixture.nats.secret,
    name: 'outside',
    grants: { publish: ['_INBOX.>'], subscribe: ['_INBOX.>', workerSubject] },
  })
  open.push({ stop: () => nats.close() })
  let asked = 0
  nats.subscribe(workerSubject, {
    callback: (_, message) => {
      message.respond(answers[asked])
      asked += 1
    },
  })
  await nats.flush()
  const { start } = await engine()
  for (const _ of answers) {
    const id = await start({ steps: [scan(soon)] })
    expect(await settled(fixture.owner, id, 'failed', 'succeeded')).toMatchObject({
      error_code: 'step.bad_reply',
    })
  }
  expect(asked).toBe(answers.length)
})

test('heartbeats let it wait for longer, and neither forged tokens nor large outputs end it', async () => {
  const worker = await outside()
  const { start } = await engine()
  const id = await start({ steps: [scan({ timeoutMs: 3_600_000 })] })
  const before = await settled(fixture.owner, id, 'waiting', 'failed')
  const token = worker.asked[0]?.token ?? ''
  const longer = await worker.heartbeat({ token, until: inMs(1_200_000) })
  expect(longer).toMatchObject({ ok: true })
  const [after] = await fixture.owner`select * from executions.executions where id = ${id}`
  expect(Number(after?.['waiting_until'])).toBeGreaterThan(Number(before['waiting_until']))
  expect(after?.['wake_at']).toEqual(after?.['waiting_until'])
  // No longer than the step itself may take.
  const longest = await worker.heartbeat({ token, until: inMs(9_000_000) })
  const [started] =
    await fixture.owner`select open_started_at from executions.steps where execution_id = ${id}`
  const limit = new Date(Number(started?.['open_started_at']) + 3_600_000).toISOString()
  expect(longest).toEqual({ ok: true, until: limit })
  expect(await worker.heartbeat({ token, until: '2020-01-01T00:00:00Z' })).toMatchObject({
    code: 'input.invalid',
  })
  const [name] = token.split('.')
  for (const forged of ['', 'x', `${name}.`, `${name}.${'A'.repeat(43)}`, `${token}A`]) {
    const refused = await worker.complete({ token: forged, result: 'done', output: 1 })
    expect(refused).toMatchObject({ ok: false, code: 'step.token_invalid' })
  }
  const large = 'x'.repeat(maxOutputBytes)
  expect(await worker.complete({ token, result: 'done', output: large })).toMatchObject({
    ok: false,
    code: 'step.output_too_large',
  })
  expect(await worker.complete({ token, result: 'done', output: 'x' })).toMatchObject({ ok: true })
  await settled(fixture.owner, id, 'succeeded', 'failed')
})

test('whoever is not heard of in time is asked again under a new token, and the old one is refused', async () => {
  const worker = await outside(({ attempt }) => (attempt === 1 ? 500 : 600_000))
  const { start } = await engine()
  const id = await start({ steps: [scan(soon)] })
  await eventually(async () => worker.asked.length === 2)
  const [first, second] = worker.asked
  expect(first?.token).not.toBe(second?.token)
  const late = await worker.complete({ token: first?.token ?? '', result: 'done', output: 'late' })
  expect(late).toMatchObject({ ok: false, code: 'step.attempt_ended' })
  const broken = { result: 'failed', code: 'scan.broken', message: 'Torn.', retryable: true } as const
  const token = second?.token ?? ''
  expect(await worker.complete({ token, ...broken })).toMatchObject({ ok: true })
  expect(await worker.complete({ token, ...broken })).toMatchObject({ ok: true })
  const row = await settled(fixture.owner, id, 'failed', 'succeeded')
  expect(row['error_code']).toBe('scan.broken')
})

test('a cancel ends it, and what its worker brings then is refused', async () => {
  const worker = await outside()
  const { start, command } = await engine()
  const id = await start({ steps: [scan()] })
  await settled(fixture.owner, id, 'waiting', 'failed')
  expect(await command(id, { type: 'cancel' })).toMatchObject({ ok: true })
  await settled(fixture.owner, id, 'canceled')
  const token = worker.asked[0]?.token ?? ''
  expect(await worker.complete({ token, result: 'done', output: 1 })).toMatchObject({ code: 'step.ended' })
  expect(await worker.heartbeat({ token, until: inMs(60_000) })).toMatchObject({ code: 'step.ended' })
})

test('a completion reaches an owner that is busy with other steps', async () => {
  const gate = Promise.withResolvers<void>()
  const worker = await outside()
  const made = await fixture.engine(async (call) => {
    await gate.promise
    return answer(call)
  })
  open.push(made)
  await engine()
  const id = await made.start({
    steps: [scan(), modelStep('draft'), templateStep('note', '{{scan}}', ['scan'])],
  })
  const accepted = () => fixture.owner`
    select 1 from executions.steps where execution_id = ${id} and key = 'scan' and status = 'waiting'`
  await eventually(async () => (await accepted()).length === 1)
  const token = worker.asked[0]?.token ?? ''
  await Promise.all(
    Array.from({ length: 5 }, async () =>
      expect(await worker.complete({ token, result: 'done', output: 'seen' })).toMatchObject({ ok: true }),
    ),
  )
  await eventually(async () => (await outputOf(id, 'output/note#1')) === 'seen')
  gate.resolve()
  await settled(fixture.owner, id, 'succeeded', 'failed')
  const attempts = await fixture.owner`
    select step_key, number, status from executions.attempts where execution_id = ${id} order by 1`
  expect(attempts.map((row) => [row['step_key'], row['number'], row['status']])).toEqual([
    ['draft', 1, 'succeeded'],
    ['scan', 1, 'succeeded'],
  ])
})

test('kill -9 of every process and of NATS between acceptance and completion loses nothing', async () => {
  const settings = { QUILLWORKS_LEASE_MS: '5000', QUILLWORKS_POLL_MS: '200', QUILLWORKS_DEMO_DELAY_MS: '0' }
  const worker = await outside()
  const first = await startEngineProcess(fixture, settings)
  const starter = await engine()
  const id = await starter.start({ steps: [scan(), modelStep('sum', { after: ['scan'] })] })
  await settled(fixture.owner, id, 'waiting', 'failed')
  await starter.stop()
  first.kill('SIGKILL')
  await first.exited
  await fixture.nats.kill()
  const token = worker.asked[0]?.token ?? ''
  const completing = worker.complete({ token, result: 'done', output: 'kept' })
  await fixture.nats.restart()
  const [second] = await Promise.all([
    startEngineProcess(fixture, settings),
    startEngineProcess(fixture, settings),
  ])
  expect(await completing).toMatchObject({ ok: true })
  const row = await settled(fixture.owner, id, 'succeeded', 'failed')
  expect(row['status']).toBe('succeeded')
  expect(await outputOf(id, 'output/scan#1')).toBe('kept')
  expect(worker.asked).toHaveLength(1)
  second.kill('SIGKILL')
}, 60_000)
