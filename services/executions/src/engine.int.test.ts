import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { CallModel } from './models/call-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  settled,
  templateStep,
  type EngineFixture,
} from './testing/engine-fixture.ts'

let fixture: EngineFixture

beforeAll(async () => {
  fixture = await createEngineFixture()
})

afterAll(() => fixture.close())

const answer: CallModel = async ({ request, onText, onFirstToken }) => {
  onFirstToken()
  const text = `Answer to: ${request.messages.at(-1)?.content}`
  for (const word of text.split(' ')) onText(`${word} `)
  return {
    text: `${text} `,
    usage: { inputTokens: 10, outputTokens: 5, cachedTokens: 2 },
    costNanoUsd: 1_234n,
    finishReason: 'stop',
  }
}

test('a plan of a model and a template runs to its end, and its events arrive on NATS in order', async () => {
  const engine = await fixture.engine(answer)
  const heard: { type: string; sequence: number }[] = []
  fixture.gateway.subscribe('qw.>', {
    callback: (error, message) => void (error ?? heard.push(message.json())),
  })
  const id = await engine.start({
    steps: [modelStep('draft'), templateStep('wrap', '<{{draft}}|{{input.name}}>', ['draft'])],
    plan: { version: 1, steps: [], input: { name: 'Ada' } },
  })
  const row = await settled(fixture.owner, id, 'succeeded', 'failed')
  expect(row['status']).toBe('succeeded')
  const [payload] = await fixture.owner`
    select body from executions.payloads where execution_id = ${id} and ref = 'output/wrap#1'`
  expect(payload?.['body']).toBe('<Answer to: Write draft |Ada>')
  await eventually(async () => heard.length >= Number(row['revision']))
  expect(heard.map(({ sequence }) => sequence)).toEqual(heard.map((_, index) => index + 1))
  expect(heard.map(({ type }) => type)).toEqual(
    [
      'created',
      'started',
      'step_started',
      'step_streaming',
      'step_succeeded',
      'step_succeeded',
      'succeeded',
    ].map((past) => `quillworks.execution.${past}.v1`),
  )
  await engine.stop()
})
