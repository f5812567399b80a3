import { afterEach, beforeEach, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { createConnection } from '../connection/connection.ts'
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'
import type { FakeExecution } from '../testing/fake-execution.ts'
import { follow } from './follow.ts'

let gateway: FakeGateway
let execution: FakeExecution
beforeEach(async () => {
  gateway = await startFakeGateway()
  execution = { id: newId(), name: 'x', status: 'running', revision: 1, attempt: 1, text: '', error: null }
  gateway.executions.set(execution.id, execution)
})
afterEach(() => gateway.stop())

function start(options: { giveUpAfterMs: number; silenceMs?: number }) {
  const controller = new AbortController()
  const texts: string[] = []
  const interruptions: string[] = []
  const { promise: first, resolve: seen } = Promise.withResolvers<void>()
  const { promise: cut, resolve: interrupted } = Promise.withResolvers<void>()
  const followed = follow({
    connection: createConnection({ url: gateway.url, apiKey: 'qwk_test', dataDir: '/nonexistent' }),
    id: execution.id,
    signal: controller.signal,
    ...options,
    on: {
      execution: () => seen(),
      text: (frame) => texts.push(frame.text),
      interrupted({ reason }) {
        interruptions.push(reason.message)
        interrupted()
      },
    },
  })
  return { controller, texts, interruptions, first, cut, followed }
}

test('following gives up when the gateway stays away for the stated time', async () => {
  const { first, followed } = start({ giveUpAfterMs: 300 })
  await first
  await gateway.cut()
  expect(await followed.catch((error: unknown) => String(error))).toContain('tried again for')
  gateway.open()
})

test('following connects again when the gateway falls silent without closing the connection', async () => {
  const { first, cut, followed, texts, interruptions } = start({ giveUpAfterMs: 30_000, silenceMs: 1_000 })
  await first
  gateway.mute(true)
  await cut
  gateway.mute(false)
  expect(interruptions[0]).toContain('fell silent')
  gateway.write(execution, 'still there')
  gateway.end(execution, 'succeeded')
  expect((await followed)?.status).toBe('succeeded')
  expect(texts.join('')).toBe('still there')
})

for (const code of ['live.resync', 'service.restarting']) {
  test(`following goes on, text once, after a stream that ends with ${code}`, async () => {
    const { first, cut, followed, texts } = start({ giveUpAfterMs: 30_000 })
    await first
    gateway.write(execution, 'once ')
    const { lift } = gateway.refuse(execution, code)
    await cut
    lift()
    gateway.write(execution, 'and whole')
    gateway.end(execution, 'succeeded')
    expect((await followed)?.status).toBe('succeeded')
    expect(texts.join('')).toBe('once and whole')
  })
}

test('following ends with nothing when it is told to', async () => {
  const { controller, first, followed } = start({ giveUpAfterMs: 30_000 })
  await first
  controller.abort()
  expect(await followed).toBeUndefined()
})
