import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import {
  createEngineFixture,
  modelStep,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'

let fixture: EngineFixture
let engine: TestEngine
beforeAll(async () => {
  fixture = await createEngineFixture()
  engine = await fixture.engine('own')
})
afterAll(() => fixture.close())

function start(operation: string, key: string) {
  const steps = [modelStep('a')]
  return engine.start({ steps, idempotency: { operation, key, requestHash: 'hash' } })
}
async function find(variables: object, identity: object = {}) {
  const answer = await engine.ask(
    `query ($key: String!, $operation: String) {
      executionByKey(idempotencyKey: $key, operation: $operation) { id }
    }`,
    variables,
    identity,
  )
  const found = answer.data?.['executionByKey'] as { id: string } | null | undefined
  return found?.id ?? answer.errors?.[0]?.extensions.code
}

test('a key finds what its person started with it, by operation where there are several', async () => {
  const first = await start('runPrompt', 'one')
  expect(await find({ key: 'one' })).toBe(first)
  const second = await start('optimizePrompt', 'one')
  expect(await find({ key: 'one' })).toBe(second)
  expect(await find({ key: 'one', operation: 'runPrompt' })).toBe(first)
  expect(await find({ key: 'one', operation: 'nothing' })).toBe('execution.not_found')
  expect(await find({ key: 'two' })).toBe('execution.not_found')
})

test('a key finds nothing of others, and nothing that is older than keys are kept', async () => {
  const id = await start('runPrompt', 'mine')
  expect(await find({ key: 'mine' }, { userId: newId() })).toBe('execution.not_found')
  expect(await find({ key: 'mine' }, { organizationId: newId() })).toBe('execution.not_found')
  await fixture.owner`update executions.idempotency set created_at = now() - interval '31 days' where execution_id = ${id}`
  expect(await find({ key: 'mine' })).toBe('execution.not_found')
})
