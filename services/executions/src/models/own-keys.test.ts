import { afterEach, expect, test } from 'bun:test'
import { createFixture, type Fixture } from './models.fixture.ts'
import type { OwnKey } from './own-keys.ts'

let fixture: Fixture | undefined
afterEach(async () => {
  await fixture?.close()
  fixture = undefined
})

const down = { fault: { kind: 'status', status: 500 } } as const
const ours = { organizationId: 'ours' }
const theirs = { organizationId: 'theirs' }

function ownKey(over: Partial<OwnKey>): OwnKey {
  return { provider: 'openai', baseUrl: null, key: 'own-key', version: '1', ...over }
}

/** A model module in which the organization `ours` has keys of its own. */
function withKeys(keys: (serverUrl: string) => OwnKey[], ...script: (typeof down)[]): Fixture {
  let url = ''
  const made = createFixture(
    {},
    {
      ownKeysOf: (organizationId) => Promise.resolve(organizationId === 'ours' ? keys(url) : []),
      privateHosts: ['loopback'],
    },
    script,
  )
  url = made.server.openaiBaseUrl
  return made
}

test('an organization’s key counts before that of the environment, for that organization alone', async () => {
  fixture = withKeys(() => [ownKey({})])
  const { call, server, models } = fixture
  await call('openai/m', ours)
  await call('openai/m', theirs)
  expect(server.calls.map(({ key }) => key)).toEqual(['own-key', 'openai-key'])
  const source = async (id: string) =>
    (await models.listProviders(id)).find((provider) => provider.id === 'openai')?.source
  expect([await source('ours'), await source('theirs')]).toEqual(['organization', 'environment'])
})

test('no key of the environment goes to an address that an organization has set', async () => {
  fixture = withKeys((url) => [
    ownKey({ baseUrl: url, key: '' }),
    ownKey({ provider: 'compat', baseUrl: url, key: '' }),
    ownKey({ provider: 'anthropic', baseUrl: url, key: '' }),
  ])
  for (const model of ['openai/m', 'compat/m', 'anthropic/m']) await fixture.call(model, ours)
  expect(fixture.server.calls.map(({ key }) => key)).toEqual(['none', 'none', 'none'])
})

test('a key that cannot be read is not replaced by that of the environment', async () => {
  fixture = withKeys(() => [ownKey({ key: null })])
  expect(await fixture.call('openai/m', ours)).toMatchObject({ error: { code: 'model.no_key' } })
  expect(fixture.server.calls).toEqual([])
})

test('an organization’s address is judged without the trust in those of the deployment', async () => {
  fixture = createFixture(
    {},
    { ownKeysOf: () => Promise.resolve([ownKey({ baseUrl: 'http://127.0.0.1:9/v1' })]) },
  )
  expect(await fixture.call('openai/m', ours)).toMatchObject({ error: { code: 'model.host_refused' } })
})

test('the faults of an organization’s own server leave others’ calls alone', async () => {
  fixture = withKeys((url) => [ownKey({ baseUrl: url })], ...Array.from({ length: 5 }, () => down))
  const { call } = fixture
  for (let each = 0; each < 5; each += 1) await call('openai/m', ours)
  expect(await call('openai/m', ours)).toMatchObject({ error: { code: 'model.circuit_open' } })
  expect(await call('openai/m', theirs)).toMatchObject({ ok: true })
})
