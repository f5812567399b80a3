import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { serveActivity } from '@quillworks/messaging/activities'
import { connectNats } from '@quillworks/messaging/connect'
import { createLogger } from '@quillworks/service-kit/logger'
import { verifyIdentity } from '@quillworks/service-kit/identity'
import { stepCallSchema } from '../contract/calls.ts'
import { textSubject, type TextFrame } from '../contract/live.ts'
import { snapshotSubject, type TextSnapshot } from '../contract/snapshot.ts'
import type { CallModel } from '../models/call-model.ts'
import { ModelError } from '../models/model.errors.ts'
import { answered, gatedModel } from '../testing/gated-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  settled,
  templateStep,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'

let fixture: EngineFixture
const engines: TestEngine[] = []

beforeAll(async () => {
  fixture = await createEngineFixture()
})

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()))
})

afterAll(() => fixture.close())

async function engine(callModel: CallModel, options = {}): Promise<TestEngine> {
  const made = await fixture.engine(callModel, options)
  engines.push(made)
  return made
}

const attemptsOf = async (id: string) => [
  ...(await fixture.owner`
    select step_key, number, status, usage_state, error_code from executions.attempts where execution_id = ${id} order by 1, 2`),
]

const outputOf = async (id: string, ref: string) =>
  (
    await fixture.owner`select body from executions.payloads where execution_id = ${id} and ref = ${ref}`
  )[0]?.['body']

describe('starting', () => {
  test('the same request again, at once and later, is one execution', async () => {
    const { start } = await engine(async () => answered('once'))
    const id = newId()
    const ids = await Promise.all(Array.from({ length: 5 }, () => start({ id, steps: [modelStep('a')] })))
    expect(new Set(ids)).toEqual(new Set([id]))
    await settled(fixture.owner, id, 'succeeded')
    expect(await start({ id, steps: [modelStep('a')] })).toBe(id)
    expect(await attemptsOf(id)).toHaveLength(1)
    const other = start({ id, steps: [modelStep('b')] })
    expect(await other.catch((error: { code: string }) => error.code)).toBe('execution.id_taken')
  })

  test('an idempotency key answers the same execution for another id, and refuses another request', async () => {
    const { start } = await engine(async () => answered('once'))
    const idempotency = { operation: 'runPrompt', key: newId(), requestHash: 'h' }
    const steps = [modelStep('a')]
    const ids = await Promise.all(Array.from({ length: 4 }, () => start({ steps, idempotency })))
    expect(new Set(ids).size).toBe(1)
    const mismatch = start({ steps, idempotency: { ...idempotency, requestHash: 'other' } })
    expect(await mismatch.catch((error: { code: string }) => error.code)).toBe('idempotency.mismatch')
    await fixture.owner`update executions.idempotency set created_at = now() - interval '31 days' where key = ${idempotency.key}`
    expect(await start({ steps, idempotency: { ...idempotency, requestHash: 'other' } })).not.toBe(
      ids[0] ?? '',
    )
    const [row] = await fixture.owner`select count(*)::int from executions.executions where request_hash in (
      select request_hash from executions.executions where id = ${ids[0] ?? ''})`
    expect(row).toEqual({ count: 1 })
  })

  test('a plan that cannot be carried out, or an id that is no UUIDv7 of now, stores nothing', async () => {
    const { start } = await engine(async () => answered('never'))
    const id = newId()
    const codeOf = (work: Promise<string>) => work.catch((error: { code: string }) => error.code)
    expect(await codeOf(start({ id, steps: [templateStep('a', '{{b}}')] }))).toBe('input.invalid')
    const old = '01800000-0000-7000-8000-000000000000'
    expect(await codeOf(start({ id: old, steps: [modelStep('a')] }))).toBe('input.invalid')
    expect(await codeOf(start({ id: crypto.randomUUID(), steps: [modelStep('a')] }))).toBe('input.invalid')
    const rows = await fixture.owner`select 1 from executions.executions where id = any(${[id, old]}::uuid[])`
    expect(rows).toHaveLength(0)
  })
})

describe('two replicas', () => {
  test('when one dies, the other takes over at once: what was in flight is lost, and its spend is added late', async () => {
    const slow = gatedModel()
    const first = await engine((call) =>
      slow.calls.length === 0 ? slow.callModel(call) : Promise.resolve(answered('later')),
    )
    const id = await first.start({ steps: [modelStep('a'), modelStep('b', { after: ['a'] })] })
    await eventually(async () => slow.calls.length === 1)
    await engine(async () => answered('later'))
    // What a sweep does; the process lives on, and learns it with its next renewal or commit.
    await fixture.owner`delete from executions.replicas where id = ${first.replica.id}`
    await fixture.owner`update executions.executions set replica_id = null, wake_at = now() where replica_id = ${first.replica.id}`
    const row = await settled(fixture.owner, id, 'succeeded', 'failed')
    expect(row['status']).toBe('succeeded')
    expect(await outputOf(id, 'output/a#2')).toBe('later')
    const attempts = await eventually(async () => {
      const found = await attemptsOf(id)
      return found[0]?.['usage_state'] === 'known' && found
    })
    expect(attempts).toMatchObject([
      { step_key: 'a', number: 1, status: 'lost', usage_state: 'known' },
      { step_key: 'a', number: 2, status: 'succeeded' },
      { step_key: 'b', number: 1, status: 'succeeded' },
    ])
    const [sums] = await fixture.owner`
      select e.input_tokens, e.cost_nano_usd, e.unknown_attempts, e.revision = (select count(*) from executions.events where execution_id = e.id) as gapless
      from executions.executions e where id = ${id}`
    expect(sums).toEqual({ input_tokens: '30', cost_nano_usd: '2007', unknown_attempts: 0, gapless: true })
  })

  test('a replica that stops gives back what it owns, and another ends it', async () => {
    const slow = gatedModel()
    const first = await engine(slow.callModel)
    const id = await first.start({ steps: [modelStep('a')] })
    await eventually(async () => slow.calls.length === 1)
    await first.stop()
    await engine(async () => answered('second'))
    await settled(fixture.owner, id, 'succeeded')
    const [row] = await fixture.owner`select deaths from executions.executions where id = ${id}`
    expect(row).toEqual({ deaths: 0 })
  })

  test('an execution that killed three replicas with nothing to show for it is quarantined with its reason', async () => {
    const other = await engine(async () => new Promise(() => {}), { capacity: 1, leaseMs: 1_000 })
    const id = await other.start({ steps: [modelStep('a')] })
    await fixture.owner`update executions.executions set deaths = 2 where id = ${id}`
    await engine(async () => answered('never asked'), { leaseMs: 1_000 })
    // Until a sweep comes before the next renewal: the lease is gone and the death is counted, with the step in flight.
    const row = await eventually(async () => {
      await fixture.owner`
        update executions.replicas set expires_at = now() - interval '1 second' where id = ${other.replica.id}`
      const [found] = await fixture.owner`select * from executions.executions where id = ${id}`
      return found?.['status'] !== 'running' && found
    })
    expect(row).toMatchObject({ status: 'failed', error_code: 'execution.quarantined' })
  })

  test('an execution whose replica only lost its connections has killed nobody, however often that happened', async () => {
    const slow = gatedModel()
    const first = await engine((call) =>
      slow.calls.length === 0 ? slow.callModel(call) : Promise.resolve(answered('later')),
    )
    const id = await first.start({ steps: [modelStep('a')] })
    await eventually(async () => slow.calls.length === 1)
    const stuck = gatedModel()
    const second = await engine((call) =>
      stuck.calls.length === 0 ? stuck.callModel(call) : Promise.resolve(answered('later')),
    )
    // The first will own this one by the database alone, as after a claim whose answer was lost.
    const unknown = await second.start({ steps: [modelStep('a')] })
    await eventually(async () => stuck.calls.length === 1)
    await fixture.owner`
      update executions.executions set deaths = 2, replica_id = ${first.replica.id} where id = any(${[id, unknown]}::uuid[])`
    // A sweep that finds the lock free before its owner can take it again.
    await fixture.owner.begin(async (tx) => {
      const [row] =
        await tx`delete from executions.replicas where id = ${first.replica.id} returning lock_key`
      await tx`
        select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
          and (classid::bigint << 32 | objid::bigint) = ${String(row?.['lock_key'])}::bigint`
    })
    for (const each of [id, unknown]) {
      const row = await settled(fixture.owner, each, 'succeeded', 'failed')
      expect([row['status'], row['error_code']]).toEqual(['succeeded', null])
    }
  })
})

describe('commands', () => {
  test('a cancel at any moment ends in one final state, and nothing starts after it', async () => {
    const { start, command } = await engine(async ({ signal }) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (signal.aborted) throw new ModelError('model.canceled', 'x', { retryable: false })
      return answered('x')
    })
    const steps = Array.from({ length: 6 }, (_, n) =>
      modelStep(`s${n}`, { after: n > 0 ? [`s${n - 1}`] : [] }),
    )
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const id = await start({ steps })
        for (let turn = 0; turn < n; turn += 1) await new Promise((resolve) => setImmediate(resolve))
        await command(id, { type: 'cancel' }).catch(() => undefined)
        return id
      }),
    )
    for (const id of ids) {
      await settled(fixture.owner, id, 'canceled', 'succeeded')
      const [late] = await fixture.owner`
        select count(*)::int from executions.events e where execution_id = ${id} and type = 'step_started'
          and revision > (select min(revision) from executions.events where execution_id = ${id} and type = 'canceled')`
      expect(late).toEqual({ count: 0 })
    }
  })

  test('a canceled call’s spend is added when the provider tells it', async () => {
    const slow = gatedModel()
    const { start, command, ask } = await engine(slow.callModel)
    const id = await start({ steps: [modelStep('a')] })
    await eventually(async () => slow.calls.length === 1)
    await command(id, { type: 'cancel', reason: 'enough' })
    await eventually(async () => (await attemptsOf(id))[0]?.['usage_state'] === 'known')
    const query = `query ($id: ID!) { execution(id: $id) { status error { message } usage { totalTokens costUsd unknownAttempts } } }`
    expect((await ask(query, { id })).data['execution']).toEqual({
      status: 'canceled',
      error: { message: 'enough' },
      usage: { totalTokens: 15, costUsd: 7e-9, unknownAttempts: 0 },
    })
    const again = command(id, { type: 'cancel' })
    expect(await again.catch((error: { code: string }) => error.code)).toBe('execution.ended')
  })

  test('the same key stores one command', async () => {
    const slow = gatedModel()
    const { start, ask } = await engine(slow.callModel)
    const id = await start({ steps: [modelStep('a')] })
    const cancel = `mutation ($id: ID!, $key: String, $reason: String) { cancelExecution(id: $id, idempotencyKey: $key, reason: $reason) { status } }`
    expect((await ask(cancel, { id, key: 'k' })).data['cancelExecution']).toEqual({ status: 'canceled' })
    expect((await ask(cancel, { id, key: 'k' })).data['cancelExecution']).toEqual({ status: 'canceled' })
    expect((await ask(cancel, { id, key: 'k', reason: 'other' })).errors?.[0]?.extensions.code).toBe(
      'idempotency.mismatch',
    )
    const [row] =
      await fixture.owner`select count(*)::int from executions.commands where execution_id = ${id}`
    expect(row).toEqual({ count: 1 })
  })
})

describe('failures', () => {
  test('are tried again after their backoff, by whoever owns it then', async () => {
    let asked = 0
    const callModel: CallModel = async () => {
      asked += 1
      if (asked === 1)
        throw new ModelError('model.rate_limited', 'Slow down.', { retryable: true, retryAfterMs: 300 })
      return answered('at last')
    }
    const first = await engine(callModel)
    const retry = { maxAttempts: 3, delayMs: 100, maxDelayMs: 400 }
    const id = await first.start({ steps: [modelStep('a', { retry })] })
    await eventually(async () => (await attemptsOf(id))[0]?.['status'] === 'failed')
    await first.stop()
    await engine(callModel)
    await settled(fixture.owner, id, 'succeeded')
    expect(await attemptsOf(id)).toEqual([
      { step_key: 'a', number: 1, status: 'failed', usage_state: 'none', error_code: 'model.rate_limited' },
      { step_key: 'a', number: 2, status: 'succeeded', usage_state: 'known', error_code: null },
    ])
  })

  test('keep what had been said and what it cost', async () => {
    const { start } = await engine(async ({ onText, onFirstToken }) => {
      onFirstToken()
      onText('half an ')
      throw new ModelError('model.truncated', 'The stream was cut.', { retryable: false })
    })
    const id = await start({ steps: [modelStep('a')] })
    const row = await settled(fixture.owner, id, 'failed')
    expect(row).toMatchObject({ error_code: 'model.truncated', unknown_attempts: 1, input_tokens: null })
    expect(await outputOf(id, 'output/a#1')).toBe('half an ')
  })

  test('of a step’s own limit abort its call', async () => {
    const slow = gatedModel()
    const { start } = await engine(slow.callModel)
    const retry = { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 }
    const id = await start({ steps: [modelStep('a', { timeoutMs: 150, retry })] })
    const row = await settled(fixture.owner, id, 'failed')
    expect(row['error_code']).toBe('step.timed_out')
    expect(slow.calls[0]?.signal.aborted).toBe(true)
    expect((await attemptsOf(id))[0]).toMatchObject({ status: 'timed_out' })
  })

  test('of the deadline end the run', async () => {
    const slow = gatedModel()
    const { start } = await engine(slow.callModel)
    const id = await start({ steps: [modelStep('a')], plan: { version: 1, steps: [], deadlineMs: 1_000 } })
    const row = await settled(fixture.owner, id, 'timed_out')
    expect(row['error_code']).toBe('execution.timed_out')
    expect(slow.calls[0]?.signal.aborted).toBe(true)
  })

  test('of storage end the run with their reason', async () => {
    await fixture.owner`alter table executions.payloads add constraint no_poison check (body <> '"poison"'::jsonb)`
    const { start } = await engine(async () => answered('poison'))
    const id = await start({ steps: [modelStep('a')] })
    const row = await settled(fixture.owner, id, 'failed')
    expect(row['error_code']).toBe('storage.rejected')
    await fixture.owner`alter table executions.payloads drop constraint no_poison`
  })

  test('of size are told as such', async () => {
    const { start } = await engine(async () => answered('x'.repeat(4 * 1024 * 1024 + 1)))
    const id = await start({ steps: [modelStep('a')] })
    expect((await settled(fixture.owner, id, 'failed'))['error_code']).toBe('step.output_too_large')
  })
})

test('text frames and the snapshot make one text, and the end is told after its commit', async () => {
  const slow = gatedModel()
  const { start } = await engine(slow.callModel)
  const id = newId()
  const frames: TextFrame[] = []
  fixture.gateway.subscribe(textSubject(runAs.organizationId, id), {
    callback: (error, message) => void (error ?? frames.push(message.json())),
  })
  await fixture.gateway.flush()
  await start({ id, steps: [modelStep('a')] })
  const call = await eventually(async () => slow.calls[0])
  call.onFirstToken()
  call.onText('one ')
  call.onText('two ')
  await eventually(async () => frames.length > 0)
  const ask = async (from: object) => {
    const subject = snapshotSubject(runAs.organizationId, id)
    const body = JSON.stringify({ ask: 'text', stepKey: 'a', attempt: 0, offset: 0, ...from })
    return (await fixture.gateway.request(subject, body)).json<TextSnapshot | null>()
  }
  const whole = { stepKey: 'a', attempt: 1, offset: 0, text: 'one two ', done: false, length: 8 }
  expect(await ask({})).toMatchObject({ part: whole, ownerId: runAs.userId, visibility: 'private' })
  expect((await ask({ attempt: 1, offset: 4 }))?.part).toEqual({ ...whole, offset: 4, text: 'two ' })
  expect((await ask({ attempt: 1, offset: 99 }))?.part).toEqual({ ...whole, offset: 8, text: '' })
  expect((await ask({ stepKey: null }))?.part).toEqual(whole)
  expect(await ask({ stepKey: 'b' })).toBeNull()
  expect(await ask({ offset: -1 })).toBeNull()
  call.finish('three')
  await eventually(async () => frames.some(({ done }) => done))
  let text = ''
  for (const frame of frames) {
    expect(frame).toMatchObject({ stepKey: 'a', attempt: 1, offset: text.length })
    text += frame.text
  }
  expect(text).toBe('one two three')
  const [row] = await fixture.owner`select status from executions.executions where id = ${id}`
  expect(row).toEqual({ status: 'succeeded' })
  const nobody = fixture.gateway.request(snapshotSubject(runAs.organizationId, id))
  expect(await nobody.catch((error: { code: string }) => error.code)).toBe('503')
})

test('a call asks the service’s activity with a signed identity and the outputs before it', async () => {
  const service = await connectNats({
    url: fixture.nats.url,
    secret: fixture.nats.secret,
    name: 'documents',
    grants: { publish: ['_INBOX.>'], subscribe: ['_INBOX.>', 'qw-act.documents.>'] },
  })
  const asked: unknown[] = []
  const { start } = await engine(async () => answered('unused'))
  const call = {
    key: 'save',
    kind: 'call' as const,
    after: ['text'],
    input: { subject: 'qw-act.documents.save', body: { title: 'T' } },
  }
  const id = await start({ steps: [templateStep('text', 'hello'), call] })
  const activity = serveActivity({
    nats: service,
    subject: 'qw-act.documents.save',
    queue: 'documents',
    schema: stepCallSchema,
    logger: createLogger('t', { level: 'silent' }),
    handle: async (request) => {
      const token = request.identity
      asked.push({
        ...request,
        identity: await verifyIdentity({ secret: fixture.database.secret, audience: 'documents', token }),
      })
      return { ok: true, output: { document: 7 } }
    },
  })
  await settled(fixture.owner, id, 'succeeded')
  expect(asked).toMatchObject([
    {
      executionId: id,
      stepKey: 'save',
      attempt: 1,
      body: { title: 'T' },
      inputs: { text: 'hello' },
      identity: { role: 'service', userId: runAs.userId },
    },
  ])
  expect(await outputOf(id, 'output/save#1')).toEqual({ document: 7 })
  await activity.stop()
  await service.close()
})
