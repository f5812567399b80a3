import { afterAll, beforeAll, expect, test } from 'bun:test'
import { serveActivity } from '@quillworks/messaging/activities'
import { connectNats } from '@quillworks/messaging/connect'
import { verifyIdentity } from '@quillworks/service-kit/identity'
import { createLogger } from '@quillworks/service-kit/logger'
import { stepCallSchema } from '../contract/calls.ts'
import type { StepSpec } from '../contract/plan.ts'
import type { CallModel } from '../models/call-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  settled,
  templateStep,
  type EngineFixture,
} from '../testing/engine-fixture.ts'

// What is away is ours: no step may pay for it, though each of these may fail only once.

let fixture: EngineFixture
const once = { retry: { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 } }
const answer: CallModel = async () => ({
  text: 'an answer',
  usage: null,
  costNanoUsd: null,
  finishReason: 'stop',
})
const callStep = (more: object): StepSpec => ({
  key: 'save',
  kind: 'call',
  after: [],
  input: { subject: 'qw-act.documents.save', body: {} },
  ...once,
  ...more,
})

beforeAll(async () => {
  fixture = await createEngineFixture()
})

afterAll(() => fixture.close())

const stepsOf = async (id: string) => [
  ...(await fixture.owner`
    select key, status, failures from executions.steps where execution_id = ${id} order by ordinal`),
]

/** Answers `qw-act.documents.save` with `handle` until it is stopped. */
async function documents(handle: (token: string) => Promise<object>) {
  const nats = await connectNats({
    url: fixture.nats.url,
    secret: fixture.nats.secret,
    name: 'documents',
    grants: { publish: ['_INBOX.>'], subscribe: ['_INBOX.>', 'qw-act.documents.>'] },
  })
  serveActivity({
    nats,
    subject: 'qw-act.documents.save',
    queue: 'documents',
    schema: stepCallSchema,
    logger: createLogger('t', { level: 'silent' }),
    handle: (request) => handle(request.identity ?? ''),
  })
  await nats.flush()
  return { stop: () => nats.close() }
}

test('content that cannot be read for a while fails neither a model step nor a template', async () => {
  const { owner } = fixture
  const gate = Promise.withResolvers<void>()
  const engine = await fixture.engine(async (call) => {
    await gate.promise
    return answer(call)
  })
  const after = ['first']
  // More than an owner keeps in mind of what it has written.
  const long = 'text '.repeat(5_000)
  const id = await engine.start({
    steps: [
      modelStep('first'),
      modelStep('a', { ...once, after, input: { ...modelStep('a').input, body: long } }),
      { ...templateStep('t', long, after), ...once },
    ],
  })
  await owner`create sequence executions.refused_reads`
  await owner`grant usage on sequence executions.refused_reads to public`
  await owner.unsafe(`
    create function executions.away() returns boolean language plpgsql as $$ begin
      perform nextval('executions.refused_reads');
      raise exception 'a disk is slow' using errcode = 'XX000';
    end $$`)
  await owner`
    create policy away on executions.payloads as restrictive for select to public
    using (case when ref in ('input/a', 'input/t') then executions.away() else true end)`
  gate.resolve()
  await eventually(async () => {
    const [row] = await owner`select last_value::int as count from executions.refused_reads`
    return Number(row?.['count']) > 6
  })
  await owner`drop policy away on executions.payloads`
  await settled(owner, id, 'succeeded', 'failed')
  expect(await stepsOf(id)).toEqual(
    ['first', 'a', 't'].map((key) => ({ key, status: 'succeeded', failures: 0 })),
  )
  await engine.stop()
})

test('a service that has lost its database is asked again, signed anew, and no attempt is counted', async () => {
  const engine = await fixture.engine(answer)
  const tokens: string[] = []
  const service = await documents(async (token) => {
    tokens.push(token)
    await verifyIdentity({ secret: fixture.database.secret, audience: 'documents', token })
    const cause = Object.assign(new Error('terminating connection'), { code: '57P01' })
    if (tokens.length < 4) throw new Error('Failed query', { cause })
    return { ok: true, output: 1 }
  })
  const id = await engine.start({ steps: [callStep({})] })
  await settled(fixture.owner, id, 'succeeded', 'failed')
  expect(await stepsOf(id)).toEqual([{ key: 'save', status: 'succeeded', failures: 0 }])
  expect(tokens.length).toBe(4)
  await service.stop()
  await engine.stop()
})

test('the limit of a step is no limit for our own outages: its attempt begins again, uncounted', async () => {
  const engine = await fixture.engine(answer)
  const id = await engine.start({ steps: [callStep({ timeoutMs: 1_500 })] })
  await eventually(async () => {
    const [row] = await fixture.owner`
      select count(*)::int from executions.attempts where execution_id = ${id} and status = 'lost'`
    return row?.['count'] > 0
  })
  const service = await documents(async () => ({ ok: true, output: 1 }))
  await settled(fixture.owner, id, 'succeeded', 'failed')
  expect(await stepsOf(id)).toEqual([{ key: 'save', status: 'succeeded', failures: 0 }])
  await service.stop()
  const never = await engine.start({
    steps: [callStep({ timeoutMs: 1_500 })],
    plan: { version: 1, steps: [], deadlineMs: 1_000 },
  })
  expect((await settled(fixture.owner, never, 'timed_out', 'failed'))['status']).toBe('timed_out')
  await engine.stop()
})
