import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import {
  createEngineFixture,
  modelStep,
  runAs,
  settled,
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

const colleague = { userId: newId(), principal: 'user:colleague' }
const stranger = { organizationId: newId(), userId: newId() }

async function run(promptId: string, version: number, more: object = {}): Promise<string> {
  const source = { type: 'prompt', id: promptId, name: 'P', version }
  const steps = [modelStep('a'), modelStep('b', { after: ['a'] })]
  const id = await engine.start({ steps, source, visibility: 'organization', ...more })
  await settled(fixture.owner, id, 'succeeded')
  return id
}

async function rate(id: string, stepKey: string | null, rating: string | null, identity: object = {}) {
  const answer = await engine.ask(
    `mutation ($id: ID!, $stepKey: String, $rating: RatingValue) {
      rateExecution(id: $id, stepKey: $stepKey, rating: $rating) { id } }`,
    { id, stepKey, rating },
    identity,
  )
  expect(answer.errors).toBeUndefined()
}

async function sums(promptId: string, identity: object = {}, versions = [1, 2, 3]) {
  const answer = await engine.ask(
    `query ($id: ID!, $versions: [Int!]!) {
      ratingSums(sourceType: "prompt", sourceId: $id, versions: $versions) { version model up down } }`,
    { id: promptId, versions },
    identity,
  )
  expect(answer.errors).toBeUndefined()
  return answer.data['ratingSums']
}
const of = (version: number, up: number, down: number) => ({ version, model: 'demo/writer', up, down })

test('ratings are summed by version and model, as they are changed and taken back', async () => {
  const promptId = newId()
  const [first, second] = [await run(promptId, 1), await run(promptId, 2)]
  await rate(first, 'a', 'up')
  await rate(first, 'b', 'down')
  await rate(first, 'a', 'up', colleague)
  await rate(second, null, 'down', colleague)
  expect(await sums(promptId)).toEqual([of(1, 2, 1), of(2, 0, 1)])
  await rate(first, 'b', 'up')
  await rate(first, 'b', 'up')
  await rate(second, null, null, colleague)
  await rate(second, null, null, colleague)
  expect(await sums(promptId, colleague)).toEqual([of(1, 3, 0)])
  expect(await sums(promptId, {}, [2, 3])).toEqual([])
  expect(await sums(promptId.toUpperCase(), {}, [1])).toEqual([of(1, 3, 0)])
  expect(await sums(promptId, {}, [])).toEqual([])
})

test('each reader sees the sums of what they see', async () => {
  const promptId = newId()
  const own = await run(promptId, 1, { visibility: 'private' })
  const shared = await run(promptId, 1)
  await rate(own, null, 'down')
  await rate(shared, null, 'up', colleague)
  expect(await sums(promptId)).toEqual([of(1, 1, 1)])
  expect(await sums(promptId, colleague)).toEqual([of(1, 1, 0)])
  expect(await sums(promptId, stranger)).toEqual([])
  const answer = await engine.ask(
    'query ($id: ID!, $versions: [Int!]!) { ratingSums(sourceType: "prompt", sourceId: $id, versions: $versions) { up } }',
    { id: promptId, versions: Array.from({ length: 101 }, (_, index) => index) },
  )
  expect(answer.errors?.[0]?.extensions.code).toBe('input.invalid')
})

test('a person who rates twice at once is counted once, and many at once are all counted', async () => {
  const promptId = newId()
  const id = await run(promptId, 1)
  const people = Array.from({ length: 8 }, () => ({ userId: newId(), principal: 'user:x' }))
  await Promise.all([
    ...people.map((person) => rate(id, 'a', 'up', person)),
    ...people.map((person) => rate(id, 'a', 'down', person)),
    ...people.map((person) => rate(id, 'b', 'up', person)),
  ])
  const counted = (rows: unknown) => {
    const [row] = rows as { up: number; down: number }[]
    return row && row.up + row.down
  }
  expect(counted(await sums(promptId))).toBe(16)
  const rows = await fixture.owner`select
    count(*) filter (where rating = 'up')::int as up, count(*) filter (where rating = 'down')::int as down
    from executions.ratings where source_id = ${promptId}`
  expect(await sums(promptId)).toEqual([of(1, Number(rows[0]?.['up']), Number(rows[0]?.['down']))])
})

test('the database counts for nobody else’s eyes', async () => {
  const role = fixture.database.connect('qw_executions')
  const written = role.run(({ sql }) =>
    sql.begin(async (tx) => {
      await tx`select set_config('qw.organization_id', ${runAs.organizationId}, true),
        set_config('qw.user_id', ${colleague.userId}, true)`
      return tx`insert into executions.rating_sums values
        (${runAs.organizationId}, 'prompt', 'x', 1, '', 'private', ${runAs.userId}, 1, 0)`
    }),
  )
  expect(written).rejects.toThrow('row-level security')
})
