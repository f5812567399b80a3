import { afterAll, beforeAll, expect, test } from 'bun:test'
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
import { killEngineProcesses, startEngineProcess } from './testing/engine-process.ts'

// Real processes, killed in the middle of real work.

let fixture: EngineFixture

beforeAll(async () => {
  fixture = await createEngineFixture()
})

afterAll(async () => {
  killEngineProcesses()
  await fixture.close()
})

const settings = { QUILLWORKS_LEASE_MS: '5000', QUILLWORKS_POLL_MS: '200', QUILLWORKS_DEMO_DELAY_MS: '20' }

function start(steps: unknown[]) {
  const id = newId()
  const body = { id, kind: 'test', name: 'Crash', runAs, plan: { version: 1, steps } }
  return requestUntilAnswered({
    nats: fixture.gateway,
    subject: startSubject,
    body,
    schema: executionReplySchema,
    deadlineMs: 20_000,
    unanswered: id,
  })
}

test('kill -9 in the middle of a stream: another process ends the run, and the first attempt is called lost', async () => {
  const first = await startEngineProcess(fixture, settings)
  const reply = await start([modelStep('draft'), modelStep('second', { after: ['draft'] })])
  expect(reply).toMatchObject({ ok: true })
  const id = reply.ok ? reply.id : ''
  await eventually(async () => {
    const [step] = await fixture.owner`
      select 1 from executions.steps where execution_id = ${id} and key = 'draft' and status = 'streaming'`
    return step !== undefined
  })
  first.kill('SIGKILL')
  await first.exited
  const second = await startEngineProcess(fixture, settings)
  const row = await settled(fixture.owner, id, 'succeeded', 'failed', 'timed_out')
  expect(row['status']).toBe('succeeded')
  expect(row['unknown_attempts']).toBe(1)
  const attempts = await fixture.owner`
    select step_key, number, status, usage_state from executions.attempts where execution_id = ${id} order by 1, 2`
  expect([...attempts]).toEqual([
    { step_key: 'draft', number: 1, status: 'lost', usage_state: 'unknown' },
    { step_key: 'draft', number: 2, status: 'succeeded', usage_state: 'known' },
    { step_key: 'second', number: 1, status: 'succeeded', usage_state: 'known' },
  ])
  const revisions = await fixture.owner`
    select revision::int from executions.events where execution_id = ${id} order by revision`
  expect(revisions.map(({ revision }) => revision)).toEqual(revisions.map((_, index) => index + 1))
  expect(Number(row['revision'])).toBe(revisions.length)
  second.kill('SIGTERM')
  await second.exited
}, 60_000)
