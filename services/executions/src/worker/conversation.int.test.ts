import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { CallModel } from '../models/call-model.ts'
import { answered, gatedModel } from '../testing/gated-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  settled,
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

const outputOf = async (id: string, ref: string) =>
  (
    await fixture.owner`select body from executions.payloads where execution_id = ${id} and ref = ${ref}`
  )[0]?.['body']

describe('a conversation', () => {
  const turn = (message: string, more = {}) => ({
    model: 'demo/writer',
    settings: {},
    system: `system ${message}`,
    body: `body ${message}`,
    message,
    values: { message },
    ...more,
  })

  test('takes a message from a step before, and calls no model where that has nothing to say', async () => {
    const slow = gatedModel()
    const { start } = await engine(slow.callModel)
    const plan = (text: string) => [
      { ...modelStep('message[0]'), kind: 'model' as const, conversation: true, input: turn('one') },
      { key: 'check', kind: 'template' as const, after: ['message[0]'], input: { template: text } },
      {
        ...modelStep('message[1]'),
        kind: 'model' as const,
        conversation: true,
        after: ['check'],
        input: { ...turn(''), messageFrom: 'check' },
      },
    ]
    const call = (n: number) => eventually(async () => slow.calls[n])
    const asked = await start({ steps: plan('Again, not {{message[0]}}') })
    ;(await call(0)).finish('first')
    const again = await call(1)
    expect(again.request.messages).toEqual([
      { role: 'user', content: 'body \n\none' },
      { role: 'assistant', content: 'first' },
      { role: 'user', content: 'Again, not first' },
    ])
    again.finish('second')
    await settled(fixture.owner, asked, 'succeeded')
    expect(await outputOf(asked, 'output/message[1]#1')).toBe('second')

    const silent = await start({ steps: plan('  ') })
    ;(await call(2)).finish('first')
    await settled(fixture.owner, silent, 'succeeded')
    expect(slow.calls).toHaveLength(3)
    expect(await outputOf(silent, 'output/message[1]#1')).toBeNull()
  })

  test('carries answers and messages on, never earlier values, and can be stopped and answered again', async () => {
    const slow = gatedModel()
    const { start, command } = await engine(slow.callModel)
    const id = await start({
      steps: [{ ...modelStep('message[0]'), kind: 'model', conversation: true, input: turn('') }],
      plan: { version: 1, steps: [], conversation: true },
    })
    const call = (n: number) => eventually(async () => slow.calls[n])
    const waiting = () => settled(fixture.owner, id, 'waiting')
    ;(await call(0)).finish('first answer')
    await waiting()
    const reply = await command(id, { type: 'message', input: turn('two') })
    expect(reply).toMatchObject({ ok: true, stepKey: 'message[1]' })
    const second = await call(1)
    expect(second.request).toMatchObject({
      system: 'system two',
      messages: [
        { role: 'user', content: 'body two' },
        { role: 'assistant', content: 'first answer' },
        { role: 'user', content: 'two' },
      ],
    })
    const busy = command(id, { type: 'message', input: turn('too soon') })
    expect(await busy.catch((error: { code: string }) => error.code)).toBe('execution.busy')
    second.onFirstToken()
    second.onText('half of an ans')
    await command(id, { type: 'stop_step', stepKey: 'message[1]' })
    await waiting()
    expect(second.signal.aborted).toBe(true)
    expect(await outputOf(id, 'output/message[1]#1')).toBe('half of an ans')
    expect(await command(id, { type: 'regenerate', stepKey: 'message[0]' })).toMatchObject({
      stepKey: 'message[0]/again[1]',
    })
    const again = await call(2)
    expect(again.request.messages).toEqual([{ role: 'user', content: 'body ' }])
    expect(again.request.model).toBe('demo/writer')
    again.finish('good answer')
    await waiting()
    await command(id, { type: 'regenerate', stepKey: 'message[0]/again[1]', model: 'demo/quick' })
    const other = await call(3)
    expect(other.request.model).toBe('demo/quick')
    expect(other.request.messages).toEqual([{ role: 'user', content: 'body ' }])
    other.finish('better answer')
    await waiting()
    await command(id, { type: 'message', input: turn('three') })
    const last = await call(4)
    expect(last.request.messages.map(({ content }) => content)).toEqual([
      'body three',
      'better answer',
      'two',
      'half of an ans',
      'three',
    ])
    last.finish()
    await waiting()
    await command(id, { type: 'close' })
    await settled(fixture.owner, id, 'succeeded')
    const ended = command(id, { type: 'message', input: turn('four') })
    expect(await ended.catch((error: { code: string }) => error.code)).toBe('execution.ended')
  })

  test('tells the model of messages that were stopped or failed, as far as their answers went', async () => {
    const slow = gatedModel()
    const { start, command } = await engine(slow.callModel)
    const retry = { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 }
    const id = await start({
      steps: [modelStep('message[0]', { conversation: true, input: turn('FIRST'), retry })],
      plan: { version: 1, steps: [], conversation: true },
    })
    const call = (n: number) => eventually(async () => slow.calls[n])
    const waiting = () => settled(fixture.owner, id, 'waiting')
    const asked = async (n: number) => (await call(n)).request.messages.map(({ content }) => content)
    const stop = async (n: number, stepKey: string, text = '') => {
      const { onFirstToken, onText } = await call(n)
      if (text !== '') {
        onFirstToken()
        onText(text)
      }
      await command(id, { type: 'stop_step', stepKey })
      await waiting()
    }
    await stop(0, 'message[0]', 'Once upon')
    // One transaction ends the message and keeps its text: no crash parts them.
    const [written] = await fixture.owner`
      select (select xmin::text from executions.payloads where execution_id = ${id} and ref = 'output/message[0]#1') as text,
        (select xmin::text from executions.events where execution_id = ${id} and type = 'step_canceled') as ending`
    expect(written?.['text']).toMatch(/^\d+$/)
    expect(written?.['text']).toBe(written?.['ending'])
    await command(id, { type: 'message', input: turn('SECOND') })
    expect(await asked(1)).toEqual(['body SECOND\n\nFIRST', 'Once upon', 'SECOND'])
    // Nothing of this answer had arrived.
    await stop(1, 'message[1]')
    await command(id, { type: 'message', input: turn('THIRD') })
    expect(await asked(2)).toEqual(['body THIRD\n\nFIRST', 'Once upon', 'SECOND', 'THIRD'])
    const broken = await call(2)
    broken.onFirstToken()
    broken.onText('There was')
    broken.fail()
    await waiting()
    await command(id, { type: 'message', input: turn('FOURTH') })
    const soFar = ['body FOURTH\n\nFIRST', 'Once upon', 'SECOND', 'THIRD', 'There was']
    expect(await asked(3)).toEqual([...soFar, 'FOURTH'])
    ;(await call(3)).finish('All of it')
    await waiting()
    // An answer made anew and stopped takes the place of the whole one before it once it says something.
    await command(id, { type: 'regenerate', stepKey: 'message[3]' })
    expect(await asked(4)).toEqual([...soFar, 'FOURTH'])
    await stop(4, 'message[3]/again[1]')
    await command(id, { type: 'message', input: turn('FIFTH') })
    const then = ['body FIFTH\n\nFIRST', ...soFar.slice(1), 'FOURTH']
    expect(await asked(5)).toEqual([...then, 'All of it', 'FIFTH'])
    await stop(5, 'message[4]')
    await command(id, { type: 'regenerate', stepKey: 'message[3]' })
    await stop(6, 'message[3]/again[2]', 'Part of it')
    await command(id, { type: 'regenerate', stepKey: 'message[4]' })
    expect(await asked(7)).toEqual([...then, 'Part of it', 'FIFTH'])
  })

  test('holds no lease while it waits', async () => {
    const { start } = await engine(async () => answered('x'))
    const id = await start({
      steps: [{ ...modelStep('message[0]'), kind: 'model', conversation: true, input: turn('') }],
      plan: { version: 1, steps: [], conversation: true },
    })
    const row = await settled(fixture.owner, id, 'waiting')
    expect(row).toMatchObject({ replica_id: null, wake_at: null, deadline_at: null, waiting_for: 'input' })
  })
})
