import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { toldUsage } from '../contract/usage.ts'
import { snapshotSubject, type StateSnapshot, type TextSnapshot } from '../contract/snapshot.ts'
import { gatedModel } from '../testing/gated-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'

let fixture: EngineFixture
beforeAll(async () => {
  fixture = await createEngineFixture()
})
afterAll(() => fixture.close())

const request = async <T>(id: string, body: object, organizationId = runAs.organizationId) =>
  (await fixture.gateway.request(snapshotSubject(organizationId, id), JSON.stringify(body))).json<T>()
const stateOf = (id: string) => request<StateSnapshot | null>(id, { ask: 'state' })
const refusal = (answer: Promise<unknown>) => answer.catch((error: { code: string }) => error.code)

const shown = `query ($id: ID!) { execution(id: $id) { id revision kind name status track projectId visibility
  createdBy { id } progress { done total } createdAt startedAt finishedAt updatedAt
  usage { inputTokens outputTokens totalTokens costUsd unknownAttempts unpricedAttempts timeToFirstTokenMs } } }`

async function streaming(engine: TestEngine, model: ReturnType<typeof gatedModel>) {
  const before = model.calls.length
  const id = await engine.start({ steps: [modelStep('a')] })
  const call = await eventually(async () => model.calls[before])
  call.onFirstToken()
  call.onText('one ')
  await eventually(async () => (await stateOf(id))?.execution.usage.timeToFirstTokenMs !== null)
  return { id, call }
}

test('the owner tells the state that the database has, also of what others wrote', async () => {
  const model = gatedModel()
  const engine = await fixture.engine(model.callModel)
  const { id, call } = await streaming(engine, model)
  const { data } = await engine.ask(shown, { id })
  const { ownerId, usage, ...execution } = (await stateOf(id))?.execution ?? expect.unreachable()
  const { cachedTokens: _, ...told } = toldUsage(usage)
  expect({ ...execution, usage: told, createdBy: { id: ownerId } }).toMatchObject(data['execution'] as object)

  // Written by whoever takes the request; the owner reads it again before it says anything.
  await engine.command(id, { type: 'rename', name: 'Another name' })
  expect((await stateOf(id))?.execution.name).toBe('Another name')
  call.finish('two')
  await eventually(async () => (await refusal(stateOf(id))) === '503')
  await engine.stop()
})

test('nobody answers in the name of another organization, nor when the owner is gone, until another one is it', async () => {
  const [first, second] = [gatedModel(), gatedModel()]
  const owner = await fixture.engine(first.callModel)
  const { id } = await streaming(owner, first)
  expect(await refusal(request(id, { ask: 'state' }, newId()))).toBe('503')
  const other = await fixture.engine(second.callModel)
  const text = { ask: 'text', stepKey: null, attempt: 1, offset: 0 }
  expect(await request<TextSnapshot>(id, text)).toMatchObject({ part: { attempt: 1, text: 'one ' } })
  await owner.stop()
  const call = await eventually(async () => second.calls[0])
  call.onText('again')
  expect(await request<TextSnapshot>(id, text)).toMatchObject({ part: { attempt: 2, text: 'again' } })
  call.finish('')
  await other.stop()
})
