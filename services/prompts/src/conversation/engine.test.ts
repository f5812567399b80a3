import { expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import type { NatsConnection } from 'nats'
import { commandExecution } from './engine.ts'
import { requestHash } from './idempotency.ts'

test('what is larger than the server takes is refused before it is sent', async () => {
  let sent = 0
  const nats = { info: { max_payload: 10_000 }, request: () => (sent += 1) } as unknown as NatsConnection
  const runAs = { organizationId: newId(), projectId: newId(), userId: newId(), scopes: [] }
  const command = { type: 'cancel', reason: 'é'.repeat(3_000) } as const
  const asked = commandExecution({ nats, deadlineMs: 10 }, { executionId: newId(), runAs, command })
  expect(await asked.catch((error: unknown) => error)).toMatchObject({ code: 'prompt.too_large' })
  expect(sent).toBe(0)
})

test('a request has one hash for any order of its values, and another for any other value', () => {
  const hash = requestHash(['p', { a: 1, b: { c: 2, d: [1, 2] } }])
  expect(requestHash(['p', { b: { d: [1, 2], c: 2 }, a: 1 }])).toBe(hash)
  expect(requestHash(['p', { a: 1, b: { c: 2, d: [2, 1] } }])).not.toBe(hash)
  expect(requestHash(['p', { a: '1', b: { c: 2, d: [1, 2] } }])).not.toBe(hash)
})
