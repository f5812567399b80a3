import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createTestDatabase, type TestDatabase } from '@quillworks/testing/database'
import { startTestNats, type TestNats } from '@quillworks/testing/nats'
import { killEngineProcesses, startEngineProcess } from './testing/engine-process.ts'

let database: TestDatabase
let nats: TestNats

beforeAll(async () => {
  ;[database, nats] = await Promise.all([createTestDatabase(), startTestNats()])
})

afterAll(async () => {
  killEngineProcesses()
  await database.close()
  await nats.close()
})

test('the process becomes ready, refuses who is not signed in, and ends on SIGTERM', async () => {
  const child = await startEngineProcess({ database, nats })
  const ready = await fetch(`http://127.0.0.1:${child.port}/readyz`)
  expect(await ready.json()).toEqual({ status: 'ready', checks: { postgres: 'ok', nats: 'ok', lease: 'ok' } })
  const refused = await fetch(`http://127.0.0.1:${child.port}/graphql`, { method: 'POST', body: '{}' })
  expect(refused.status).toBe(401)
  child.kill('SIGTERM')
  expect(await child.exited).toBe(0)
})
