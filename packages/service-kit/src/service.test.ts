import { expect, test } from 'bun:test'
import { createLogger } from './logger.ts'
import { startService } from './service.ts'

const logger = createLogger('test', { level: 'silent' })
const base = { name: 'test', host: '127.0.0.1', port: 0, logger, signals: false, close: async () => {} }

test('readiness names what is failing and turns with it', async () => {
  let broken = true
  const service = startService({
    ...base,
    checks: [
      { name: 'database', probe: async () => undefined },
      { name: 'nats', probe: async () => (broken ? Promise.reject(new Error('away')) : undefined) },
    ],
  })
  const before = await fetch(`${service.url}/readyz`)
  expect(before.status).toBe(503)
  expect(await before.json()).toEqual({ status: 'not ready', checks: { database: 'ok', nats: 'failing' } })
  broken = false
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
  await service.stop()
})

test('stopping lets a request in flight finish, then closes', async () => {
  const order: string[] = []
  const entered = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const service = startService({
    ...base,
    checks: [],
    graphql: async () => {
      entered.resolve()
      await release.promise
      order.push('answered')
      return new Response('done')
    },
    close: async () => {
      order.push('closed')
    },
  })
  const answer = fetch(`${service.url}/graphql`, { method: 'POST' }).then((response) => response.text())
  await entered.promise
  const stopped = service.stop()
  release.resolve()
  expect(await answer).toBe('done')
  await stopped
  expect(order).toEqual(['answered', 'closed'])
})

test('a port that is taken is an error, never shared', async () => {
  const first = startService({ ...base, checks: [] })
  expect(() => startService({ ...base, port: first.port, checks: [] })).toThrow()
  await first.stop()
})
