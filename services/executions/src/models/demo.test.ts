import { afterEach, expect, test } from 'bun:test'
import { cutToTokens, estimateTokens } from './demo/tokens.ts'
import { createFixture, type Fixture } from './models.fixture.ts'

let fixture: Fixture | undefined
afterEach(() => fixture?.close())

const messages = [{ role: 'user' as const, content: 'Write about the sea' }]

test('streams word by word, with the first token told first, and costs nothing', async () => {
  fixture = createFixture()
  const outcome = await fixture.call('demo/writer', { request: { messages } })
  if (!outcome.ok) throw outcome.error
  expect(outcome.heard.join('')).toBe(outcome.result.text)
  expect(outcome.heard.length).toBeGreaterThan(50)
  expect(outcome.result).toMatchObject({ costNanoUsd: 0n, finishReason: 'stop' })
  expect(outcome.result.usage).toEqual({
    inputTokens: estimateTokens('Write about the sea'),
    outputTokens: estimateTokens(outcome.result.text),
    cachedTokens: 0,
  })
})

test('keeps to the longest answer that was asked for and says that it was cut', async () => {
  fixture = createFixture()
  const outcome = await fixture.call('demo/writer', {
    request: { messages, settings: { maxOutputTokens: 20 } },
  })
  expect(outcome).toMatchObject({ ok: true, result: { finishReason: 'length' } })
  expect(outcome.ok && outcome.result.usage?.outputTokens).toBeWithin(1, 21)
})

test('stops at once when it is canceled, with what was written as partial', async () => {
  fixture = createFixture({ demoDelayMs: 3_600_000 })
  const controller = new AbortController()
  const calling = fixture.call('demo/writer', { request: { messages }, signal: controller.signal })
  controller.abort()
  expect(await calling).toMatchObject({ ok: false, error: { code: 'model.canceled', partialText: '' } })
})

test('answers in brief and without pauses as demo/quick', async () => {
  fixture = createFixture({ demoDelayMs: 3_600_000 })
  const outcome = await fixture.call('demo/quick', { request: { messages } })
  expect(outcome).toMatchObject({ ok: true, result: { finishReason: 'stop' } })
})

test('estimates four ASCII characters to a token and cuts between words', () => {
  expect([
    estimateTokens(''),
    estimateTokens('abcd'),
    estimateTokens('abcde'),
    estimateTokens('写信'),
  ]).toEqual([0, 1, 2, 2])
  expect(cutToTokens('one two three', 2)).toBe('one two')
  expect(cutToTokens('one two', 99)).toBe('one two')
})
