import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  settled,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'

const admin = { role: 'admin' } as const
const other = { organizationId: newId(), role: 'owner' } as const
const mini = 'openai/gpt-4o-mini'
const writer = 'gpu/scripted-1'

let fixture: EngineFixture
let engine: TestEngine
let second: TestEngine
let server: ModelServer

beforeAll(async () => {
  fixture = await createEngineFixture()
  server = startModelServer()
  engine = await fixture.engine('own')
  second = await fixture.engine('own')
  await engine.ask(
    'mutation ($input: SetProviderKeyInput!) { setProviderKey(input: $input) { id } }',
    { input: { provider: 'gpu', baseUrl: server.openaiBaseUrl } },
    admin,
  )
})
afterAll(async () => {
  await fixture.close()
  await server.close()
})

const prices = 'inputUsdPerMillionTokens outputUsdPerMillionTokens cachedUsdPerMillionTokens'
const fields = `id priceSource ${prices} packagePrice { ${prices} }`
const set = (model: string, [input, output, cached]: [number, number, number?], identity: object = admin) =>
  engine.ask(
    `mutation ($input: SetModelPriceInput!) { setModelPrice(input: $input) { ${fields} } }`,
    {
      input: {
        model,
        inputUsdPerMillionTokens: input,
        outputUsdPerMillionTokens: output,
        cachedUsdPerMillionTokens: cached,
      },
    },
    identity,
  )
const remove = (model: string, identity: object = admin) =>
  engine.ask(`mutation ($model: ID!) { removeModelPrice(model: $model) { ${fields} } }`, { model }, identity)
interface Listed {
  id: string
  priceSource: string | null
  cachedUsdPerMillionTokens: number | null
}
async function listed(id: string, identity: object = {}, on = engine) {
  const { data } = await on.ask(`{ models { ${fields} } }`, {}, identity)
  return (data['models'] as Listed[]).find((model) => model.id === id)
}
const code = (answer: { errors?: { extensions: { code: string } }[] }) => answer.errors?.[0]?.extensions.code

test('an admin sets a price, which all members see beside the usual one, and goes back to that', async () => {
  const usual = { inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 0.6 }
  expect(await listed(mini)).toMatchObject({ ...usual, priceSource: 'package' })
  const own = {
    priceSource: 'organization',
    inputUsdPerMillionTokens: 0.123457,
    outputUsdPerMillionTokens: 99_999.999999,
    cachedUsdPerMillionTokens: null,
    packagePrice: usual,
  }
  expect((await set(mini, [0.123457, 99_999.999999])).data['setModelPrice']).toMatchObject(own)
  expect(await listed(mini, { role: 'viewer' })).toMatchObject(own)
  expect((await set(mini, [0, 0, 0], { role: 'owner' })).data['setModelPrice']).toMatchObject({
    cachedUsdPerMillionTokens: 0,
  })
  expect((await remove(mini)).data['removeModelPrice']).toMatchObject({ ...usual, priceSource: 'package' })
})

test('a model that nobody lists is listed while it has a price', async () => {
  expect((await set('gpu/hidden', [1, 2])).data['setModelPrice']).toMatchObject({
    id: 'gpu/hidden',
    packagePrice: null,
  })
  expect((await remove('gpu/hidden')).data['removeModelPrice']).toBeNull()
})

test('nobody else sets or removes a price, and none is seen elsewhere', async () => {
  await set(mini, [1, 2])
  for (const identity of [
    { role: 'member' },
    { role: 'viewer' },
    { ...admin, scopes: ['executions:write'] },
  ]) {
    expect(code(await set(mini, [5, 5], identity))).toBe('auth.forbidden')
    expect(code(await remove(mini, identity))).toBe('auth.forbidden')
  }
  expect(await listed(mini, other)).toMatchObject({ priceSource: 'package', inputUsdPerMillionTokens: 0.15 })
  expect(code(await remove(mini, other))).toBe('model_price.not_found')
  expect(await listed(mini)).toMatchObject({ priceSource: 'organization', inputUsdPerMillionTokens: 1 })
  await remove(mini)
})

test('what is no price or no model is refused with its place', async () => {
  expect((await set('gone/x', [-1, 100_001])).errors?.[0]?.extensions).toMatchObject({
    code: 'input.invalid',
    issues: [
      { path: ['model'] },
      { path: ['inputUsdPerMillionTokens'] },
      { path: ['outputUsdPerMillionTokens'] },
    ],
  })
  expect(code(await set('demo/writer', [1, 1]))).toBe('input.invalid')
})

test('a change is known to other replicas at once', async () => {
  expect(await listed(mini, {}, second)).toMatchObject({ priceSource: 'package' })
  await set(mini, [3, 3])
  await eventually(async () => (await listed(mini, {}, second))?.priceSource === 'organization')
  await remove(mini)
  await eventually(async () => (await listed(mini, {}, second))?.priceSource === 'package')
})

test('each change stands in the audit log', async () => {
  await set('gpu/audited', [0.15, 2.5, 0.075])
  await remove('gpu/audited')
  const rows = await fixture.owner`
    select action, target_type, target_name, details, user_id from executions.audit_entries
    where target_id = 'gpu/audited' order by id`
  expect(rows.map((row) => ({ ...row }))).toEqual(
    ['model_price.set', 'model_price.removed'].map((action) => ({
      action,
      target_type: 'model_price',
      target_name: 'gpu/audited',
      details: { input: 0.15, output: 2.5, cached: 0.075 },
      user_id: runAs.userId,
    })),
  )
})

test('a run costs what its organization set before it, and keeps that cost', async () => {
  const usage = { inputTokens: 7, outputTokens: 3, cachedTokens: 2 }
  server.script({ model: 'scripted-1', text: 'Priced.', usage, times: 0 })
  const input = { model: writer, settings: {}, system: '', body: 'Hi', message: '', values: {} }
  async function run() {
    const id = await engine.start({ steps: [modelStep('a', { input })] })
    expect(await settled(fixture.owner, id, 'succeeded', 'failed')).toMatchObject({ status: 'succeeded' })
    return id
  }
  async function cost(id: string) {
    const [row] = await fixture.owner`
      select cost_nano_usd::text as cost from executions.attempts where execution_id = ${id}`
    return row?.['cost'] as string | null
  }
  // Either replica carries it out, so both have to know.
  const known = (source: string | null) =>
    Promise.all(
      [engine, second].map((on) =>
        eventually(async () => ((await listed(writer, {}, on))?.priceSource ?? null) === source),
      ),
    )
  const unpriced = await run()
  await set(writer, [0.15, 0])
  await known('organization')
  const first = await run()
  await set(writer, [0.15, 1, 0.05])
  await eventually(async () => (await listed(writer, {}, second))?.cachedUsdPerMillionTokens === 0.05)
  const dearer = await run()
  await remove(writer)
  await known(null)
  const after = await run()
  expect([await cost(unpriced), await cost(first), await cost(dearer), await cost(after)]).toEqual([
    null,
    '1050',
    // 5 × 150 fresh, 2 × 50 of the cache, 3 × 1000 out.
    '3850',
    null,
  ])
})
