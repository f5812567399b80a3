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

const key = 'sk-secret-of-the-organization-wxyz'
const admin = { role: 'admin' } as const
const other = { organizationId: newId(), role: 'owner' } as const

let fixture: EngineFixture
let engine: TestEngine
let second: TestEngine
let server: ModelServer

beforeAll(async () => {
  fixture = await createEngineFixture()
  server = startModelServer({ requireKey: key })
  engine = await fixture.engine('own')
  second = await fixture.engine('own')
})
afterAll(async () => {
  await fixture.close()
  await server.close()
})

const fields =
  'id name source available builtIn key { ending baseUrl setAt setBy { id } } check { ok code message checkedAt }'
const set = (input: object, identity: object = admin, on = engine) =>
  on.ask(
    `mutation ($input: SetProviderKeyInput!) { setProviderKey(input: $input) { ${fields} } }`,
    { input },
    identity,
  )
const test_ = (provider: string, identity: object = admin) =>
  engine.ask(
    `mutation ($provider: ID!) { testProviderKey(provider: $provider) { ${fields} } }`,
    { provider },
    identity,
  )
const remove = (provider: string, identity: object = admin) =>
  engine.ask(
    `mutation ($provider: ID!) { deleteProviderKey(provider: $provider) { ${fields} } }`,
    { provider },
    identity,
  )
const providers = async (identity: object = admin, on = engine) =>
  ((await on.ask(`{ providers { ${fields} } }`, {}, identity)).data['providers'] ?? []) as {
    id: string
    key: unknown
    source: string
  }[]
const provider = async (id: string, identity: object = admin, on = engine) =>
  (await providers(identity, on)).find((one) => one.id === id)
const code = (answer: { errors?: { extensions: { code: string } }[] }) => answer.errors?.[0]?.extensions.code

test('an admin sets a key, which is told to nobody and stored encrypted', async () => {
  expect(await provider('openai')).toMatchObject({ source: 'none', available: false, key: null })
  const answer = await set({ provider: 'openai', key, baseUrl: server.openaiBaseUrl })
  expect(answer.data['setProviderKey']).toMatchObject({
    id: 'openai',
    source: 'organization',
    available: true,
    builtIn: true,
    key: { ending: 'wxyz', baseUrl: server.openaiBaseUrl, setBy: { id: runAs.userId } },
    check: null,
  })
  expect(JSON.stringify([answer, await providers()])).not.toContain(key.slice(0, 10))
  const dump = await fixture.owner`
    select row_to_json(k)::text as row from executions.provider_keys k
    union all select row_to_json(a)::text from executions.audit_entries a`
  expect(dump.length).toBeGreaterThanOrEqual(2)
  expect(dump.map((each) => String(each['row'])).join()).not.toContain(key.slice(0, 10))
})

test('members see where keys come from, and nothing of the keys; others see nothing at all', async () => {
  expect(await provider('openai', { role: 'member' })).toMatchObject({
    source: 'organization',
    key: null,
    check: null,
  })
  expect(await provider('openai', other)).toMatchObject({ source: 'none', key: null })
  expect(code(await remove('openai', other))).toBe('provider_key.not_found')
  expect(code(await set({ provider: 'openai', key }, { role: 'member' }))).toBe('auth.forbidden')
  expect(code(await remove('openai', { role: 'member' }))).toBe('auth.forbidden')
  expect(code(await test_('openai', { role: 'member' }))).toBe('auth.forbidden')
  expect(code(await set({ provider: 'xai', key }, { ...admin, scopes: ['executions:write'] }))).toBe(
    'auth.forbidden',
  )
  expect((await provider('openai'))?.source).toBe('organization')
})

test('a test of a key asks the provider and says how it ended', async () => {
  const good = await test_('openai')
  expect(good.data['testProviderKey']).toMatchObject({ check: { ok: true, code: null } })
  expect(await provider('openai')).toMatchObject({ check: { ok: true } })
  expect(server.calls.at(-1)).toMatchObject({ protocol: 'models', key })

  await set({ provider: 'gpu', key: 'sk-a-wrong-key-of-somebody', baseUrl: server.openaiBaseUrl })
  const wrong = await test_('gpu')
  expect(wrong.data['testProviderKey']).toMatchObject({
    check: { ok: false, code: 'model.refused_key', message: expect.stringContaining('refused the key') },
  })
  expect(JSON.stringify(wrong)).not.toContain('wrong-key')
  await set({ provider: 'gpu', key, baseUrl: 'http://127.0.0.1:1/v1' })
  expect(await provider('gpu')).toMatchObject({ check: null })
  expect((await test_('gpu')).data['testProviderKey']).toMatchObject({
    check: { ok: false, code: 'model.unavailable' },
  })
  await set({ provider: 'gpu', key, baseUrl: 'http://10.0.0.1/v1' })
  expect((await test_('gpu')).data['testProviderKey']).toMatchObject({
    check: { ok: false, code: 'model.host_refused' },
  })
  expect((await test_('anthropic')).data['testProviderKey']).toMatchObject({
    check: { ok: false, code: 'model.no_key' },
  })
  expect(code(await test_('nobody'))).toBe('provider.not_found')
  expect(code(await test_('demo'))).toBe('provider.not_found')
})

test('models of an own server are listed for its organization alone, and can be named', async () => {
  await set({ provider: 'ollama', baseUrl: server.openaiBaseUrl, key })
  const listed = async (identity: object) =>
    ((await engine.ask('{ models { id available } }', {}, identity)).data['models'] as { id: string }[]).map(
      ({ id }) => id,
    )
  expect(await listed(admin)).toContain('ollama/scripted-1')
  expect((await listed(other)).filter((id) => id.startsWith('ollama/'))).toEqual([])
  const step = modelStep('a', {
    input: { model: 'ollama/x', settings: {}, system: '', body: 'Hi', message: '', values: {} },
  })
  await expect(engine.start({ steps: [step], runAs: { ...runAs, ...other } })).rejects.toThrow(
    'There is no model provider ollama',
  )
  await engine.start({ steps: [step] })
})

test('a change is known to other replicas at once', async () => {
  expect(await provider('xai', admin, second)).toMatchObject({ source: 'none' })
  await set({ provider: 'xai', key })
  await eventually(async () => (await provider('xai', admin, second))?.source === 'organization')
  await remove('xai')
  await eventually(async () => (await provider('xai', admin, second))?.source === 'none')
})

test('what cannot be a key or an address is refused with its place', async () => {
  const answer = await set({ provider: 'own', key: 'two words' })
  expect(answer.errors?.[0]?.extensions).toMatchObject({
    code: 'input.invalid',
    issues: [{ path: ['baseUrl'] }, { path: ['key'] }],
  })
})

test('a key that its secret does not open any more is said to be so, and no other is taken for it', async () => {
  await fixture.owner`update executions.provider_keys set base_url = base_url || '/elsewhere' where provider = 'ollama'`
  await set({ provider: 'other', baseUrl: server.openaiBaseUrl })
  expect(await provider('ollama')).toMatchObject({ source: 'organization', available: false })
  expect((await test_('ollama')).data['testProviderKey']).toMatchObject({
    check: { code: 'model.no_key', message: expect.stringContaining('set it again') },
  })
})

test('each change stands in the audit log, which its role can only add to', async () => {
  await set({ provider: 'anthropic', key })
  expect((await remove('anthropic')).data['deleteProviderKey']).toMatchObject({ source: 'none', key: null })
  expect(code(await remove('anthropic'))).toBe('provider_key.not_found')
  const rows = await fixture.owner`
    select action, target_id, details, user_id, principal from executions.audit_entries
    where target_id = 'anthropic' order by id`
  expect(rows.map((row) => ({ ...row }))).toEqual(
    ['provider_key.set', 'provider_key.deleted'].map((action) => ({
      action,
      target_id: 'anthropic',
      details: { ending: 'wxyz' },
      user_id: runAs.userId,
      principal: `user:${runAs.userId}`,
    })),
  )
  const question = { limit: 1, before: null, filter: { targetId: 'anthropic' } }
  const ask = (identity: object) =>
    engine.ask('query ($question: JSON!) { auditEntries(question: $question) }', { question }, identity)
  expect((await ask(admin)).data['auditEntries']).toMatchObject([{ action: 'provider_key.deleted' }])
  expect((await ask(other)).data['auditEntries']).toEqual([])
  expect(code(await ask({ role: 'member' }))).toBe('auth.forbidden')
  const role = fixture.database.connect('qw_executions')
  for (const sql of [
    'delete from executions.audit_entries',
    'update executions.audit_entries set action = $$x$$',
  ])
    await expect(role.run((client) => client.sql.unsafe(sql))).rejects.toThrow('permission denied')
})

test('a run is answered with the key of its organization', async () => {
  await set({ provider: 'gpu', key, baseUrl: server.openaiBaseUrl })
  server.script({ model: 'writer', text: 'From an own server.' })
  const input = { model: 'gpu/writer', settings: {}, system: '', body: 'Hi', message: '', values: {} }
  const id = await engine.start({ steps: [modelStep('a', { input })] })
  expect(await settled(fixture.owner, id, 'succeeded', 'failed')).toMatchObject({ status: 'succeeded' })
  expect(server.calls.at(-1)).toMatchObject({ protocol: 'chat', key, model: 'writer' })
})
