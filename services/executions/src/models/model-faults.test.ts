import type { ScriptedAnswer } from '@quillworks/testing/model-server'
import { afterEach, describe, expect, test } from 'bun:test'
import { createFixture, protocols, type Fixture } from './models.fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

/** For the tests that wait until a limit is reached. */
const impatient = { modelIdleMs: 300, modelFirstMs: 1_000 }

const text = 'one two three'
const usage = { inputTokens: 10, outputTokens: 3 }

/** Events before and including each terminal marker, and all of them, for `text`. */
const shapes = {
  chat: { firstText: 2, terminal: 5, all: 7 },
  responses: { firstText: 5, terminal: 11, all: 11 },
  messages: { firstText: 4, terminal: 9, all: 9 },
}

describe.each([...protocols])('over $protocol', ({ protocol, model }) => {
  const shape = shapes[protocol]
  const start = (...script: ScriptedAnswer[]) => (fixture = createFixture({}, {}, script))

  test.each([false, true])(
    'a stream cut after any event is truncated until its marker was seen (reset: %p)',
    async (reset) => {
      for (let afterChunk = 0; afterChunk < shape.all; afterChunk += 1) {
        // A fixture each, so that the circuit does not open over so many failures.
        const { call, close } = start({ text, usage, fault: { kind: 'cut', afterChunk, reset } })
        const outcome = await call(model)
        await close()
        if (afterChunk >= shape.terminal) {
          expect(outcome).toMatchObject({ ok: true, result: { text, finishReason: 'stop' } })
          continue
        }
        // A connection that broke before its headers never answered.
        const code = reset && afterChunk === 0 ? 'model.unavailable' : 'model.truncated'
        expect(outcome).toMatchObject({ ok: false, error: { code, retryable: true } })
        expect(outcome.ok || outcome.error.partialText).toBe(outcome.heard.join(''))
        expect(text.startsWith(outcome.heard.join(''))).toBe(true)
      }
    },
  )

  test.each([0, 1, shape.firstText])(
    'a silence after %p events is a stall, and its text is kept as partial',
    async (afterChunk) => {
      const { call, server } = (fixture = createFixture(impatient, {}, [
        { text, usage, fault: { kind: 'stall', afterChunk } },
      ]))
      const outcome = await call(model)
      expect(outcome).toMatchObject({
        ok: false,
        error: {
          code: 'model.stalled',
          retryable: true,
          partialText: afterChunk === shape.firstText ? 'one' : '',
        },
      })
      await server.waitFor((calls) => calls[0]?.outcome === 'aborted')
    },
  )

  test('an overloaded event inside the 200 stream is overloaded, not a success', async () => {
    const { call } = start({ text, fault: { kind: 'error_event', afterChunk: shape.firstText } })
    expect(await call(model)).toMatchObject({
      ok: false,
      error: {
        code: 'model.overloaded',
        retryable: true,
        partialText: 'one',
        usage: null,
        costNanoUsd: null,
      },
    })
  })

  test('an event of a server fault inside the 200 stream is unavailable', async () => {
    const { call } = start({
      text,
      fault: {
        kind: 'error_event',
        afterChunk: shape.firstText,
        type: protocol === 'messages' ? 'api_error' : 'server_error',
      },
    })
    expect(await call(model)).toMatchObject({
      ok: false,
      error: { code: 'model.unavailable', retryable: true },
    })
  })

  test('a missing usage block is unknown usage and unknown cost, never zero', async () => {
    const { call } = start({ text, fault: { kind: 'no_usage' } })
    expect(await call(model)).toMatchObject({ ok: true, result: { text, usage: null, costNanoUsd: null } })
  })

  test.each([
    ['7', 7_000],
    ['0.5', 500],
    ['120', 120_000],
    ['-5', undefined],
    ['soon', undefined],
    ['Fri, 31 Dec 1999 23:59:59 GMT', undefined],
    ['Sun, 20 Sep 2026 12:00:30 GMT', 30_000],
  ])('429 with Retry-After %p waits %p ms', async (retryAfter, retryAfterMs) => {
    fixture = createFixture({}, { now: () => Date.parse('2026-09-20T12:00:00Z') }, [
      { fault: { kind: 'status', status: 429, retryAfter } },
    ])
    const outcome = await fixture.call(model)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'model.rate_limited', retryable: true } })
    expect(outcome.ok || outcome.error.retryAfterMs).toBe(retryAfterMs)
    expect(fixture.server.calls.length).toBe(1)
  })

  test.each([
    ['86400', 'a pause of 24 h'],
    ['1000000000', 'a pause of 11574 days'],
    ['9'.repeat(400), 'a pause of 100 years or more'],
    ['Mon, 21 Sep 2026 12:00:00 GMT', 'a pause of 24 h'],
  ])('429 with Retry-After %p ends at once and says %p', async (retryAfter, said) => {
    fixture = createFixture({}, { now: () => Date.parse('2026-09-20T12:00:00Z') }, [
      { fault: { kind: 'status', status: 429, retryAfter } },
    ])
    const outcome = await fixture.call(model)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'model.rate_limited', retryable: false } })
    expect(outcome.ok || outcome.error.message).toContain(said)
  })

  test.each([
    [500, {}, 'model.unavailable', true],
    [502, {}, 'model.unavailable', true],
    [503, {}, 'model.overloaded', true],
    [529, {}, 'model.overloaded', true],
    [408, {}, 'model.unavailable', true],
    [401, {}, 'model.refused_key', false],
    [403, {}, 'model.refused_key', false],
    [404, {}, 'model.not_found', false],
    [400, { message: 'the thing is wrong' }, 'model.invalid_request', false],
    [400, { message: 'prompt is too long: 300000 tokens > 200000 maximum' }, 'model.input_too_long', false],
    [429, { type: 'insufficient_quota', code: 'insufficient_quota' }, 'model.quota_exceeded', false],
    [307, {}, 'model.host_refused', false],
  ])('status %p %p is %s, retryable %p, and called once', async (status, details, code, retryable) => {
    const { call, server } = start({ fault: { kind: 'status', status, ...details } })
    expect(await call(model)).toMatchObject({ ok: false, error: { code, retryable } })
    expect(server.calls.length).toBe(1)
  })

  test('an endless line is stopped at the byte limit', async () => {
    fixture = createFixture({ modelMaxBytes: 1024 * 1024 }, {}, [{ fault: { kind: 'byte_bomb' } }])
    expect(await fixture.call(model)).toMatchObject({
      ok: false,
      error: { code: 'model.too_large', retryable: false },
    })
    await fixture.server.waitFor((calls) => calls[0]?.outcome === 'aborted')
    expect(fixture.server.calls[0]?.eventsSent).toBeLessThan(1000)
  })

  test('an event that is no JSON is a malformed answer wherever it stands before the end', async () => {
    for (let afterChunk = 0; afterChunk < shape.terminal - 1; afterChunk += 1) {
      const { call, close } = start({ text, fault: { kind: 'malformed', afterChunk } })
      const outcome = await call(model)
      await close()
      expect(outcome).toMatchObject({ ok: false, error: { code: 'model.malformed', retryable: true } })
    }
  })

  test('what came before an event that is no JSON is kept', async () => {
    const { call } = start({ text, fault: { kind: 'malformed', afterChunk: shape.firstText } })
    expect(await call(model)).toMatchObject({
      ok: false,
      error: { code: 'model.malformed', partialText: 'one' },
    })
  })

  test.each(['cut', 'malformed', 'stall'] as const)(
    'of text that is kept is spoken where some had come, and only there (%s)',
    async (kind) => {
      const { call } = (fixture = createFixture(impatient, {}, [
        { text, fault: { kind, afterChunk: 1 } },
        { text, fault: { kind, afterChunk: shape.firstText } },
      ]))
      const [nothing, some] = [await call(model), await call(model)]
      expect(nothing).toMatchObject({ ok: false, error: { partialText: '' } })
      expect(nothing.ok || nothing.error.message).not.toContain('kept')
      expect(some).toMatchObject({ ok: false, error: { partialText: 'one' } })
      expect(some.ok || some.error.message).toContain('The text up to here is kept.')
    },
  )

  test('headers that never come are a stall, late ones are not', async () => {
    const { call, server } = (fixture = createFixture({ modelFirstMs: 200 }, {}, [
      { fault: { kind: 'slow_headers' } },
      { text, fault: { kind: 'slow_headers', delayMs: 20 } },
    ]))
    expect(await call(model)).toMatchObject({ ok: false, error: { code: 'model.stalled', retryable: true } })
    await server.waitFor((calls) => calls[0]?.outcome === 'aborted')
    expect(await call(model)).toMatchObject({ ok: true, result: { text } })
  })

  test('half a tool call is a truncated answer', async () => {
    const { call } = start({ text, fault: { kind: 'half_tool_call' } })
    expect(await call(model)).toMatchObject({
      ok: false,
      error: { code: 'model.truncated', partialText: text },
    })
  })

  test('a drip that never ends runs into the total limit', async () => {
    fixture = createFixture({ modelTotalMs: 300 }, {}, [{ tokens: 10_000, chunkDelayMs: 20 }])
    const outcome = await fixture.call(model)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'model.timeout', retryable: false } })
    expect(outcome.heard.length).toBeGreaterThan(0)
  })

  test('an abort at any point is canceled, never a success, and closes the connection', async () => {
    const points = 25
    const { call, server } = start({
      tokens: points + 1,
      times: 0,
      fault: { kind: 'stall', afterChunk: points },
    })
    for (let point = 1; point < points - shape.firstText; point += 3) {
      const controller = new AbortController()
      const before = server.calls.length
      const calling = call(model, { signal: controller.signal })
      await server.waitFor((calls) => (calls[before]?.eventsSent ?? 0) >= point || calls.length > before)
      controller.abort()
      const outcome = await calling
      expect(outcome).toMatchObject({ ok: false, error: { code: 'model.canceled', retryable: false } })
      expect(outcome.ok || outcome.error.partialText).toBe(outcome.heard.join(''))
      await server.waitFor((calls) => calls[before]?.outcome === 'aborted')
    }
  })

  test('nothing is heard after the abort', async () => {
    const { server, models } = start({ tokens: 50, chunkDelayMs: 1 })
    const controller = new AbortController()
    const heard: string[] = []
    const error: unknown = await models
      .callModel({
        organizationId: 'o',
        request: { model, settings: {}, system: '', messages: [{ role: 'user', content: 'Hi' }] },
        signal: controller.signal,
        onFirstToken: () => undefined,
        onText(piece) {
          heard.push(piece)
          if (heard.length === 3) controller.abort()
        },
      })
      .catch((each: unknown) => each)
    expect(error).toMatchObject({ code: 'model.canceled', partialText: 'word0 word1 word2 ' })
    await server.waitFor((calls) => calls[0]?.outcome === 'aborted')
    expect(heard.length).toBe(3)
  })
})

test('a stream that stalls after its marker is whole, with unknown usage', async () => {
  fixture = createFixture(impatient, {}, [
    { text, usage, fault: { kind: 'stall', afterChunk: shapes.chat.terminal } },
  ])
  expect(await fixture.call('compat/m')).toMatchObject({
    ok: true,
    result: { text, usage: null, costNanoUsd: null },
  })
})

test('no message of an error shows the key', async () => {
  fixture = createFixture({}, {}, [
    { fault: { kind: 'status', status: 400, message: 'bad key anthropic-key' } },
  ])
  const outcome = await fixture.call('anthropic/m')
  expect(outcome.ok || outcome.error.message).not.toContain('anthropic-key')
})
