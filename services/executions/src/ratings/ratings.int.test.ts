import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventSchema, type QuillworksEvent } from '@quillworks/messaging/envelope'
import { newId } from '@quillworks/service-kit/ids'
import { executionRatedDataSchema } from '../contract/ratings.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  settled,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'

let fixture: EngineFixture
let engine: TestEngine
const heard: QuillworksEvent[] = []
beforeAll(async () => {
  fixture = await createEngineFixture()
  fixture.gateway.subscribe('qw.*.executions.execution.*.rated', {
    callback: (_error, message) => heard.push(eventSchema.parse(message.json())),
  })
  await fixture.gateway.flush()
  engine = await fixture.engine('own')
})
afterAll(() => fixture.close())

const colleague = { userId: newId(), principal: 'user:colleague' }
const stranger = { organizationId: newId(), userId: newId() }

interface Sum {
  up: number
  down: number
  viewer: { value: string; reason: string | null } | null
}
const ratings = 'ratings { up down viewer { value reason } }'

async function rate(id: string, input: object, identity: object = {}) {
  return engine.ask(
    `mutation ($id: ID!, $stepKey: String, $rating: RatingValue, $reason: String) {
      rateExecution(id: $id, stepKey: $stepKey, rating: $rating, reason: $reason) {
        revision ${ratings} steps { key ${ratings} }
      }
    }`,
    { id, ...input },
    identity,
  )
}
async function read(id: string, identity: object = {}) {
  const answer = await engine.ask(
    `query ($id: ID!) { execution(id: $id) { revision ${ratings} steps { key ${ratings} } } }`,
    { id },
    identity,
  )
  return answer.data['execution'] as {
    revision: number
    ratings: Sum
    steps: { key: string; ratings: Sum }[]
  }
}
async function run(more: object = {}): Promise<string> {
  const steps = [modelStep('a'), modelStep('b', { after: ['a'] })]
  const source = { type: 'prompt', id: newId(), name: 'P', version: 3 }
  const id = await engine.start({ steps, source, ...more })
  await settled(fixture.owner, id, 'succeeded')
  return id
}
const code = (answer: { errors?: { extensions: { code: string } }[] }) => answer.errors?.[0]?.extensions.code

test('an answer is rated, with a reason, changed and taken back, and the execution is not changed by it', async () => {
  const id = await run()
  const { revision } = await read(id)
  const first = await rate(id, { stepKey: 'a', rating: 'down', reason: ' Too long ' })
  expect(first.data['rateExecution']).toMatchObject({
    revision,
    ratings: { up: 0, down: 1, viewer: null },
    steps: [
      { key: 'a', ratings: { up: 0, down: 1, viewer: { value: 'down', reason: 'Too long' } } },
      { key: 'b', ratings: { up: 0, down: 0, viewer: null } },
    ],
  })
  await rate(id, { stepKey: 'a', rating: 'up' })
  await rate(id, { rating: 'up', reason: 'Good' })
  expect(await read(id)).toMatchObject({
    revision,
    ratings: { up: 2, down: 0, viewer: { value: 'up', reason: 'Good' } },
    steps: [{ ratings: { up: 1, viewer: { value: 'up', reason: null } } }, {}],
  })
  await rate(id, { stepKey: 'a', rating: null })
  expect((await read(id)).steps[0]?.ratings).toEqual({ up: 0, down: 0, viewer: null })
})

test('those who see an execution rate it each for themselves; nobody else hears of it', async () => {
  const shared = await run({ visibility: 'organization' })
  const own = await run()
  await rate(shared, { rating: 'up' })
  expect((await rate(shared, { rating: 'down' }, colleague)).errors).toBeUndefined()
  expect((await read(shared)).ratings).toMatchObject({ up: 1, down: 1, viewer: { value: 'up' } })
  expect((await read(shared, colleague)).ratings).toMatchObject({ viewer: { value: 'down' } })
  expect(code(await rate(own, { rating: 'up' }, colleague))).toBe('execution.not_found')
  expect(code(await rate(shared, { rating: 'up' }, stranger))).toBe('execution.not_found')
  expect(code(await rate(shared, { rating: 'up' }, { role: 'viewer' }))).toBe('auth.forbidden')
  expect(code(await rate(own, { stepKey: 'nothing', rating: 'up' }))).toBe('step.not_found')
  expect(code(await rate('x', { rating: 'up' }))).toBe('execution.not_found')
  expect(code(await rate(own, { rating: 'up', reason: 'x'.repeat(2_001) }))).toBe('input.invalid')
  const rows = await fixture.owner`select user_id from executions.ratings where execution_id = ${own}`
  expect(rows.length).toBe(0)
})

test('the database lets nobody rate for another', async () => {
  const id = await run({ visibility: 'organization' })
  await rate(id, { rating: 'up' })
  const role = fixture.database.connect('qw_executions')
  const changed = role.run(({ sql }) =>
    sql.begin(async (tx) => {
      await tx`select set_config('qw.organization_id', ${runAs.organizationId}, true),
        set_config('qw.user_id', ${colleague.userId}, true)`
      return tx`update executions.ratings set rating = 'down' where execution_id = ${id}`
    }),
  )
  expect((await changed).count).toBe(0)
})

test('each change goes out as an event, with what was rated and without the reason', async () => {
  const source = { type: 'prompt', id: newId(), name: 'P', version: 7 }
  const id = await run({ source })
  await rate(id, { stepKey: 'b', rating: 'down', reason: 'private words' })
  const ofThis = () => heard.filter(({ subject }) => subject === id)
  await eventually(async () => ofThis().length === 1)
  await rate(id, { stepKey: 'b' })
  await eventually(async () => ofThis().length === 2)
  const [rated, takenBack] = ofThis()
  expect(rated).toMatchObject({ type: 'quillworks.execution.rated.v1', organization: runAs.organizationId })
  expect(executionRatedDataSchema.parse(rated?.data)).toEqual({
    executionId: id,
    stepKey: 'b',
    rating: 'down',
    ratedBy: runAs.userId,
    model: 'demo/writer',
    source: { type: 'prompt', id: source.id, version: 7 },
  })
  expect(takenBack?.data).toMatchObject({ rating: null })
  expect(JSON.stringify(heard)).not.toContain('private words')
  await eventually(async () => {
    const rows = await fixture.owner`select 1 from executions.ratings where published_at is null`
    return rows.length === 0
  })
})
