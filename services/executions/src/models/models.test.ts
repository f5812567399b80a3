import { afterEach, expect, test } from 'bun:test'
import { createFixture, protocols, type Fixture } from './models.fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

const usage = { inputTokens: 1000, outputTokens: 100, cachedTokens: 400, cacheWriteTokens: 0 }

test.each([...protocols])(
  'streams an answer whole, with usage, over $protocol',
  async ({ model, protocol }) => {
    fixture = createFixture({}, {}, [{ text: 'Once upon a time', usage }])
    const outcome = await fixture.call(model)
    expect(outcome).toMatchObject({
      ok: true,
      result: {
        text: 'Once upon a time',
        usage: { inputTokens: 1000, outputTokens: 100, cachedTokens: 400 },
        costNanoUsd: null,
        finishReason: 'stop',
      },
    })
    expect(outcome.heard.join('')).toBe('Once upon a time')
    expect(fixture.server.calls).toMatchObject([{ protocol, model: 'scripted-1', outcome: 'completed' }])
  },
)

test.each([...protocols])(
  'tells a cut by the limit and a refusal from a whole answer over $protocol',
  async ({ model }) => {
    fixture = createFixture({}, {}, [
      { text: 'Once upon', finish: 'length' },
      { text: 'I will not', finish: 'refused' },
    ])
    expect(await fixture.call(model)).toMatchObject({ ok: true, result: { finishReason: 'length' } })
    expect(await fixture.call(model)).toMatchObject({ ok: true, result: { finishReason: 'refused' } })
  },
)

test('sends system text, conversation, settings and key the way each protocol wants them', async () => {
  fixture = createFixture({}, {}, [{ text: 'ok', times: 0 }])
  const request = {
    system: 'Be kind.',
    settings: { temperature: 0.5, topP: 0.9, maxOutputTokens: 50 },
    messages: [
      { role: 'user' as const, content: 'One' },
      { role: 'assistant' as const, content: 'Two' },
      { role: 'user' as const, content: 'Three' },
    ],
  }
  for (const { model } of protocols) await fixture.call(model, { request })
  const [chat, responses, messages] = fixture.server.calls
  expect(chat).toMatchObject({
    key: 'compat-key',
    body: {
      messages: [{ role: 'system', content: 'Be kind.' }, ...request.messages],
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 50,
      stream_options: { include_usage: true },
    },
  })
  expect(responses).toMatchObject({
    key: 'openai-key',
    body: { instructions: 'Be kind.', input: request.messages, max_output_tokens: 50, store: false },
  })
  expect(messages).toMatchObject({
    key: 'anthropic-key',
    body: { system: 'Be kind.', messages: request.messages, max_tokens: 50, temperature: 0.5 },
  })
})

test.each([...protocols])(
  'sends a message that got no answer with the one after it, as one turn, over $protocol',
  async ({ model }) => {
    fixture = createFixture()
    const messages = [
      { role: 'user' as const, content: 'One' },
      { role: 'assistant' as const, content: '' },
      { role: 'user' as const, content: 'Two' },
    ]
    expect(await fixture.call(model, { request: { messages } })).toMatchObject({ ok: true })
    const { body } = fixture.server.calls[0] ?? {}
    expect(body).toMatchObject({
      [model.startsWith('openai/') ? 'input' : 'messages']: [{ role: 'user', content: 'One\n\nTwo' }],
    })
  },
)

test('speaks chat completions at an OPENAI_BASE_URL unless told otherwise', async () => {
  fixture = createFixture({ openaiWire: 'auto' })
  await fixture.call('openai/llama3:8b')
  await fixture.call('xai/grok-4.5')
  expect(fixture.server.calls).toMatchObject([
    { protocol: 'chat', model: 'llama3:8b' },
    { protocol: 'chat', model: 'grok-4.5' },
  ])
})

test('counts the cost of known models in whole nano-dollars and knows no price for others', async () => {
  fixture = createFixture({}, {}, [{ text: 'x', usage, times: 0 }])
  const cost = async (model: string) => {
    const outcome = await fixture.call(model)
    return outcome.ok ? outcome.result.costNanoUsd : outcome.error
  }
  // 600 fresh at 150, 400 cached at 75, 100 out at 600 nano-dollars.
  expect(await cost('openai/gpt-4o-mini')).toBe(180_000n)
  expect(await cost('anthropic/claude-haiku-4-5')).toBe(1_140_000n)
  expect(await cost('openai/no-such-model')).toBe(null)
  expect(await cost('compat/gpt-4o-mini')).toBe(null)
})

test('counts what was written to the cache at its own price', async () => {
  fixture = createFixture({}, {}, [{ text: 'x', usage: { ...usage, cacheWriteTokens: 200 } }])
  const outcome = await fixture.call('anthropic/claude-haiku-4-5')
  // 400 fresh at 1000, 400 read at 100, 200 written at 1250, 100 out at 5000.
  expect(outcome).toMatchObject({ result: { usage: { inputTokens: 1000 }, costNanoUsd: 1_190_000n } })
})

test('calls again without a setting that the model refuses, and remembers it', async () => {
  const refusal = {
    kind: 'status',
    status: 400,
    param: 'temperature',
    message: "Unsupported parameter: 'temperature'",
  } as const
  fixture = createFixture({}, {}, [{ fault: refusal }, { text: 'fine', times: 0 }])
  const request = { settings: { temperature: 0.5, maxOutputTokens: 99 } }
  expect(await fixture.call('openai/refuses-temperature', { request })).toMatchObject({
    result: { text: 'fine' },
  })
  await fixture.call('openai/refuses-temperature', { request })
  expect(fixture.server.calls.map((call) => call.body['temperature'])).toEqual([0.5, undefined, undefined])
  expect(fixture.server.calls.map((call) => call.body['max_output_tokens'])).toEqual([99, 99, 99])
})

test('names what is missing before any call is made', async () => {
  fixture = createFixture({ openaiApiKey: '', openaiBaseUrl: '', xaiBaseUrl: '' })
  const empty = { request: { messages: [{ role: 'user' as const, content: '  ' }] } }
  expect(await fixture.call('openai/gpt-4o')).toMatchObject({
    error: { code: 'model.no_key', retryable: false, message: expect.stringContaining('OPENAI_API_KEY') },
  })
  expect(await fixture.call('nobody/model')).toMatchObject({ error: { code: 'model.not_found' } })
  expect(await fixture.call('demo/no-such')).toMatchObject({ error: { code: 'model.not_found' } })
  expect(await fixture.call('anthropic/claude', empty)).toMatchObject({
    error: { code: 'model.invalid_request' },
  })
  expect(await fixture.call('anthropic/claude', { signal: AbortSignal.abort() })).toMatchObject({
    error: { code: 'model.canceled' },
  })
  expect(fixture.server.calls).toEqual([])
})

test('says when a server cannot be reached or is a private address that nobody allowed', async () => {
  fixture = createFixture(
    {
      modelServers: [{ name: 'gone', baseUrl: 'http://127.0.0.1:1/v1', apiKey: '' }],
      xaiBaseUrl: '',
      xaiApiKey: 'k',
    },
    {
      resolve: async () => ['10.0.0.1'],
    },
  )
  expect(await fixture.call('gone/model')).toMatchObject({
    error: { code: 'model.unavailable', retryable: true },
  })
  expect(await fixture.call('xai/grok-4.5')).toMatchObject({
    error: { code: 'model.host_refused', retryable: false },
  })
})

test('lists the demo first, then priced models, and what own servers say they have', async () => {
  fixture = createFixture({ openaiBaseUrl: '', openaiApiKey: '' })
  const list = await fixture.models.listModels('o')
  expect(list[0]).toMatchObject({ id: 'demo/writer', demo: true, available: true })
  expect(list.find((model) => model.id === 'openai/gpt-4.1-mini')).toMatchObject({
    contextTokens: 1_000_000,
    inputNanoUsdPerToken: 400,
    outputNanoUsdPerToken: 1600,
    cachedNanoUsdPerToken: 100,
    available: false,
    abilities: { images: true, tools: true, structuredOutput: true },
  })
  expect(list.find((model) => model.id === 'compat/scripted-2')).toMatchObject({
    available: true,
    inputNanoUsdPerToken: null,
  })
  expect(list.find((model) => model.id === 'anthropic/scripted-1')).toBeDefined()
  expect(list.filter((model) => /whisper|embedding|davinci|realtime/.test(model.id))).toEqual([])
  expect(new Set(list.map((model) => model.id)).size).toBe(list.length)
})
