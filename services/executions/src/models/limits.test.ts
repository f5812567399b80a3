import { afterEach, expect, setSystemTime, test } from 'bun:test'
import { createFairLimiter } from './fair-limiter.ts'
import { createFixture, type Fixture } from './models.fixture.ts'

let fixture: Fixture | undefined
afterEach(async () => {
  setSystemTime()
  await fixture?.close()
  fixture = undefined
})

const never = new AbortController().signal
const down = { fault: { kind: 'status', status: 500 } } as const

test('the circuit opens after five failures in a row, spares the provider, and closes on a good trial', async () => {
  const told: string[] = []
  fixture = createFixture(
    {},
    { onCircuit: ({ provider, state }) => told.push(`${provider} ${state}`) },
    Array.from({ length: 5 }, () => down),
  )
  const { call, server } = fixture
  setSystemTime(new Date('2026-01-01T00:00:00Z'))
  for (let each = 0; each < 5; each += 1)
    expect(await call('compat/m')).toMatchObject({ error: { code: 'model.unavailable' } })
  expect(await call('compat/m')).toMatchObject({
    error: { code: 'model.circuit_open', retryable: true, retryAfterMs: 15_000 },
  })
  expect(server.calls.length).toBe(5)
  expect(await call('anthropic/m')).toMatchObject({ ok: true })

  setSystemTime(new Date('2026-01-01T00:00:16Z'))
  server.script(down)
  expect(await call('compat/m')).toMatchObject({ error: { code: 'model.unavailable' } })
  expect(await call('compat/m')).toMatchObject({ error: { code: 'model.circuit_open' } })

  setSystemTime(new Date('2026-01-01T00:00:32Z'))
  expect(await call('compat/m')).toMatchObject({ ok: true })
  expect(await call('compat/m')).toMatchObject({ ok: true })
  // Also the failed trial opened it, anew.
  expect(told).toEqual(['compat open', 'compat open', 'compat closed'])
})

test('a trial closes the circuit at its first token, so that others do not wait for its last', async () => {
  fixture = createFixture(
    {},
    {},
    Array.from({ length: 5 }, () => down),
  )
  const { call, server, models } = fixture
  setSystemTime(new Date('2026-01-01T00:00:00Z'))
  for (let each = 0; each < 5; each += 1) await call('compat/m')
  setSystemTime(new Date('2026-01-01T00:00:16Z'))
  server.script({ model: 'long', tokens: 3, fault: { kind: 'stall', afterChunk: 2 } })
  const first = Promise.withResolvers<void>()
  const controller = new AbortController()
  const trial = models.callModel({
    organizationId: 'o',
    request: { model: 'compat/long', settings: {}, system: '', messages: [{ role: 'user', content: 'Hi' }] },
    signal: controller.signal,
    onText: () => first.resolve(),
    onFirstToken: () => undefined,
  })
  await first.promise
  expect(await call('compat/m')).toMatchObject({ ok: true })
  controller.abort()
  expect(await trial.catch((error: unknown) => error)).toMatchObject({ code: 'model.canceled' })
})

test('rate limits and bad requests do not open the circuit', async () => {
  fixture = createFixture({}, {}, [{ times: 8, fault: { kind: 'status', status: 429 } }, { text: 'ok' }])
  for (let each = 0; each < 8; each += 1) {
    expect(await fixture.call('compat/m')).toMatchObject({ error: { code: 'model.rate_limited' } })
  }
  expect(await fixture.call('compat/m')).toMatchObject({ ok: true })
})

test('no more calls run at once than this replica may make', async () => {
  fixture = createFixture({ modelConcurrency: 4, modelIdleMs: 5_000 }, { share: () => 0.5 })
  const { call, server } = fixture
  server.script({ tokens: 2, times: 0, fault: { kind: 'stall', afterChunk: 2 } })
  const controller = new AbortController()
  const calls = Array.from({ length: 6 }, () => call('compat/m', { signal: controller.signal }))
  await server.waitFor((seen) => seen.length === 2)
  controller.abort()
  for (const outcome of await Promise.all(calls))
    expect(outcome).toMatchObject({ error: { code: 'model.canceled' } })
  expect(server.calls.length).toBe(2)
})

test('waiting organizations are served in turn, each within its own limit', async () => {
  const limiter = createFairLimiter({ total: () => 2, perKey: () => 1, maxQueued: 100 })
  const order: string[] = []
  const run = async (key: string) => {
    const release = await limiter.acquire(key, never)
    order.push(key)
    await Promise.resolve()
    release?.()
  }
  await Promise.all(['a', 'a', 'a', 'a', 'b', 'c'].map(run))
  expect(order.slice(0, 2)).toEqual(['a', 'b'])
  expect(order.indexOf('c')).toBeLessThan(4)
  expect(limiter.load()).toEqual({ active: 0, queued: 0 })
})

test('an abort leaves the queue, a full queue turns away, and a place is given back once', async () => {
  const limiter = createFairLimiter({ total: () => 1, perKey: () => 1, maxQueued: 1 })
  const release = await limiter.acquire('a', never)
  const controller = new AbortController()
  const waiting = limiter.acquire('b', controller.signal).catch((error: unknown) => error)
  expect(await limiter.acquire('c', never)).toBe(null)
  controller.abort(new Error('gone'))
  expect(await waiting).toMatchObject({ message: 'gone' })
  release?.()
  release?.()
  expect(limiter.load()).toEqual({ active: 0, queued: 0 })
  const again = await limiter.acquire('c', never)
  expect(limiter.load()).toEqual({ active: 1, queued: 0 })
  again?.()
})
