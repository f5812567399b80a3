import Anthropic from '@anthropic-ai/sdk'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startModelServer, type ModelServer } from './server.ts'

let server: ModelServer
beforeEach(() => void (server = startModelServer()))
afterEach(() => server.close())

const openai = () =>
  new OpenAI({ apiKey: 'k', baseURL: server.openaiBaseUrl, maxRetries: 0, logLevel: 'off' })
const anthropic = () =>
  new Anthropic({ apiKey: 'k', baseURL: server.anthropicBaseUrl, maxRetries: 0, logLevel: 'off' })
const messages = [{ role: 'user' as const, content: 'Hello there' }]
const usage = { inputTokens: 10, outputTokens: 4, cachedTokens: 3, cacheWriteTokens: 2 }

test('streams chat completions with the usage in a last chunk without choices', async () => {
  server.script({ text: 'one two three', usage })
  const stream = await openai().chat.completions.create({
    model: 'm',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks = await Array.fromAsync(stream)
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('one two three')
  expect(chunks.at(-1)?.choices).toEqual([])
  expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 4 })
  expect(server.calls[0]).toMatchObject({ protocol: 'chat', model: 'm', outcome: 'completed', key: 'k' })
})

test('leaves the usage chunk out when nobody asked for it', async () => {
  const chunks = await Array.fromAsync(
    await openai().chat.completions.create({ model: 'm', messages, stream: true }),
  )
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
})

test('streams responses that the SDK puts together', async () => {
  server.script({ text: 'one two', usage })
  const final = await openai().responses.stream({ model: 'm', input: 'Hi' }).finalResponse()
  expect(final.output_text).toBe('one two')
  expect(final.usage?.input_tokens_details.cached_tokens).toBe(3)
})

test('streams messages that the SDK puts together', async () => {
  server.script({ text: 'one two', usage })
  const final = await anthropic().messages.stream({ model: 'm', max_tokens: 9, messages }).finalMessage()
  expect(final.content).toMatchObject([{ type: 'text', text: 'one two' }])
  expect(final.usage).toMatchObject({ input_tokens: 5, cache_read_input_tokens: 3, output_tokens: 4 })
  expect(final.stop_reason).toBe('end_turn')
})

test('answers without streaming in all three protocols', async () => {
  server.script({ text: 'plain', times: 0 })
  const chat = await openai().chat.completions.create({ model: 'm', messages })
  const response = await openai().responses.create({ model: 'm', input: 'Hi' })
  const message = await anthropic().messages.create({ model: 'm', max_tokens: 9, messages })
  expect(chat.choices[0]?.message.content).toBe('plain')
  expect(response.output_text).toBe('plain')
  expect(message.content).toMatchObject([{ text: 'plain' }])
})

test('repeats the last message where nothing is scripted, and picks answers by model', async () => {
  server.script({ text: 'first' }, { model: 'special', text: 'for special' })
  const say = async (model: string) =>
    (await openai().chat.completions.create({ model, messages })).choices[0]?.message.content
  expect([await say('special'), await say('m'), await say('m')]).toEqual([
    'for special',
    'first',
    'You said: Hello there',
  ])
})

test('fails as the providers fail', async () => {
  server.script(
    { fault: { kind: 'status', status: 429, retryAfter: '-5' } },
    { fault: { kind: 'status', status: 529, message: 'Overloaded' } },
  )
  const limited = await openai()
    .chat.completions.create({ model: 'm', messages })
    .catch((error: unknown) => error)
  const overloaded = await anthropic()
    .messages.create({ model: 'm', max_tokens: 9, messages })
    .catch((error: unknown) => error)
  const unlimited = await fetch(`${server.anthropicBaseUrl}/v1/messages`, {
    method: 'POST',
    body: '{"model":"m"}',
  })
  expect(limited).toBeInstanceOf(OpenAI.RateLimitError)
  expect(overloaded).toMatchObject({ status: 529, type: 'overloaded_error' })
  expect(await unlimited.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: 'max_tokens: Field required' },
  })
  expect(server.calls.map((call) => call.outcome)).toEqual(['failed', 'failed', 'failed'])
})

test('notes a client that went away', async () => {
  server.script({ tokens: 5, fault: { kind: 'stall', afterChunk: 3 } })
  const stream = await openai().chat.completions.create({ model: 'm', messages, stream: true })
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'word1 ') break
  await server.waitFor((calls) => calls[0]?.outcome === 'aborted')
  expect(server.calls[0]?.eventsSent).toBe(3)
})

test('is scripted over HTTP, refuses a bad script, and keeps its ledger on disk', async () => {
  const ledgerFile = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'calls.jsonl')
  const own = startModelServer({ ledgerFile, requireKey: 'right' })
  const post = (body: unknown) =>
    fetch(`${own.anthropicBaseUrl}/__script`, { method: 'POST', body: JSON.stringify(body) })
  expect((await post({ answers: [{ fault: { kind: 'no such' } }] })).status).toBe(400)
  expect(await (await post({ answers: [{ text: 'scripted' }] })).json()).toEqual({ waiting: 1 })
  const client = new OpenAI({ apiKey: 'right', baseURL: own.openaiBaseUrl })
  const answer = await client.chat.completions.create({ model: 'm', messages })
  expect(answer.choices[0]?.message.content).toBe('scripted')
  const wrong = new OpenAI({ apiKey: 'wrong', baseURL: own.openaiBaseUrl, maxRetries: 0 })
  for (const call of [wrong.models.list(), wrong.chat.completions.create({ model: 'm', messages })]) {
    expect(
      await call.then(
        () => 'answered',
        (error: unknown) => error,
      ),
    ).toBeInstanceOf(OpenAI.AuthenticationError)
  }
  await own.close()
  const facts = readFileSync(ledgerFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string })
  expect(facts.filter((fact) => fact.type === 'call').length).toBe(3)
  expect(facts.filter((fact) => fact.type === 'end').length).toBe(3)
})

test('runs as a process of its own', async () => {
  const process = Bun.spawn(['bun', join(import.meta.dir, 'main.ts'), '--port', '0'], { stdout: 'pipe' })
  const reader = process.stdout.getReader()
  const { value } = await reader.read()
  const { openaiBaseUrl } = JSON.parse(new TextDecoder().decode(value)) as { openaiBaseUrl: string }
  const page = await new OpenAI({ apiKey: 'k', baseURL: openaiBaseUrl }).models.list()
  expect(page.data.length).toBe(2)
  process.kill('SIGTERM')
  expect(await process.exited).toBe(0)
})
