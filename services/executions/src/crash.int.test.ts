import { afterAll, beforeAll, expect, test } from 'bun:test'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import { newId } from '@quillworks/service-kit/ids'
import { startModelServer } from '@quillworks/testing/model-server'
import { commandSubject, executionReplySchema, startSubject } from './contract/commands.ts'
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

function ask(subject: string, body: object) {
  return requestUntilAnswered({
    nats: fixture.gateway,
    subject,
    body,
    schema: executionReplySchema,
    deadlineMs: 20_000,
    unanswered: 'nobody',
  })
}

function start(steps: unknown[], plan = {}) {
  const id = newId()
  return ask(startSubject, {
    id,
    kind: 'test',
    name: 'Crash',
    runAs,
    plan: { version: 1, steps, ...plan },
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

test('kill -9 right after a message was stopped: the next one still tells the model of it, with its text so far', async () => {
  const answer = { tokens: ['Once upon'], fault: { kind: 'stall' as const, afterChunk: 2 } }
  const models = startModelServer({ script: [answer, { text: 'Gladly.' }] })
  const own = { OPENAI_API_KEY: 'key-of-this-test', OPENAI_BASE_URL: models.openaiBaseUrl }
  try {
    const first = await startEngineProcess(fixture, { ...settings, ...own })
    const said = (message: string) => ({
      model: 'openai/scripted-1',
      settings: {},
      system: '',
      body: 'A story.',
      message,
      values: {},
    })
    const step = modelStep('message[0]', { conversation: true, input: said('FIRST') })
    const reply = await start([step], { conversation: true })
    const executionId = reply.ok ? reply.id : ''
    await eventually(async () => {
      const [streaming] = await fixture.owner`
        select 1 from executions.steps where execution_id = ${executionId} and status = 'streaming'`
      return streaming !== undefined
    })
    const command = (asked: object) => ask(commandSubject, { executionId, runAs, command: asked })
    await command({ type: 'stop_step', stepKey: 'message[0]' })
    await settled(fixture.owner, executionId, 'waiting')
    first.kill('SIGKILL')
    await first.exited
    const second = await startEngineProcess(fixture, { ...settings, ...own })
    await command({ type: 'message', input: said('SECOND') })
    await models.waitFor((calls) => calls.length === 2)
    expect(models.calls[1]?.body['messages']).toEqual([
      { role: 'user', content: 'A story.\n\nFIRST' },
      { role: 'assistant', content: 'Once upon' },
      { role: 'user', content: 'SECOND' },
    ])
    await settled(fixture.owner, executionId, 'waiting')
    second.kill('SIGTERM')
    await second.exited
  } finally {
    await models.close()
  }
}, 60_000)
