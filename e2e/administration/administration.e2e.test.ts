import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import postgres from 'postgres'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

// A failure here means that a key of a provider is not used, or stands where somebody could read it.

const MINUTES_MS = 240_000
const key = 'sk-of-an-organization-3f7c1e9a5b'
let running: Start
let models: ModelServer
const answers: string[] = []

beforeAll(async () => {
  models = startModelServer({ requireKey: key })
  running = await startQuillworks({ dataDir: newDataDir(), env: { QUILLWORKS_LOG_LEVEL: 'debug' } })
  await running.ready()
}, MINUTES_MS)

afterAll(async () => {
  await running.stop()
  await models.close()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const data = await askAsOwner<Data>(running, query, variables)
  answers.push(JSON.stringify(data))
  return data
}

interface Provider {
  available: boolean
  source: string
  check: { ok: boolean; code: string | null } | null
}
const providerFields = 'id available source key { ending baseUrl setBy { name } } check { ok code message }'

function setKey(input: object) {
  return ask<{ setProviderKey: Provider }>(
    `mutation($input: SetProviderKeyInput!) { setProviderKey(input: $input) { ${providerFields} } }`,
    { input },
  )
}

test(
  'a key that an admin sets is tested, used by runs, written down as deed, and told nowhere',
  async () => {
    const set = { provider: 'gpu', key: 'sk-a-wrong-one-of-nobody', baseUrl: models.openaiBaseUrl }
    await setKey(set)
    const check = () =>
      ask<{ testProviderKey: Provider }>(
        `mutation { testProviderKey(provider: "gpu") { ${providerFields} } }`,
      )
    expect((await check()).testProviderKey.check).toMatchObject({ ok: false, code: 'model.refused_key' })
    expect((await setKey({ ...set, key })).setProviderKey).toMatchObject({
      available: true,
      source: 'organization',
      check: null,
    })
    expect((await check()).testProviderKey.check).toMatchObject({ ok: true, code: null })
    const listed = await ask<{ models: { id: string }[] }>('{ models { id } }')
    expect(listed.models.map(({ id }) => id)).toContain('gpu/scripted-1')

    models.script({ model: 'scripted-1', text: 'From the server of the organization.' })
    const { createPrompt } = await ask<{ createPrompt: { id: string } }>(
      'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
      { input: { title: 'Keys', body: 'Say something', model: 'gpu/scripted-1' } },
    )
    const { runPrompt } = await ask<{ runPrompt: { id: string } }>(
      'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
      { input: { promptId: createPrompt.id } },
    )
    const { id } = runPrompt
    const read = () =>
      ask<{ execution: { status: string; output: unknown; steps: { key: string }[] } }>(
        'query($id: ID!) { execution(id: $id) { status output error { message } steps { key } events { edges { node { data } } } } }',
        { id },
      )
    const ended = async () => ['succeeded', 'failed'].includes((await read()).execution.status)
    expect(await waitUntil({ condition: ended, timeoutMs: 60_000, everyMs: 100 })).toBe(true)
    const { execution } = await read()
    expect(execution).toMatchObject({ status: 'succeeded', output: 'From the server of the organization.' })

    const rated = await ask<{ rateExecution: { ratings: { up: number } } }>(
      'mutation($id: ID!, $stepKey: String) { rateExecution(id: $id, stepKey: $stepKey, rating: up) { ratings { up } } }',
      { id, stepKey: execution.steps[0]?.key },
    )
    expect(rated.rateExecution.ratings.up).toBe(1)

    const log = await ask<{ auditLog: { edges: { node: object }[] } }>(
      '{ auditLog(first: 2, filter: { targetType: "provider_key" }) { edges { node { action target { id } clientAddress details actor { name } } } } }',
    )
    expect(log.auditLog.edges.map(({ node }) => node)).toEqual(
      ['3f7c1e9a5b', 'of-nobody'].map((whole) => ({
        action: 'provider_key.set',
        target: { id: 'gpu' },
        clientAddress: expect.stringMatching(/^(127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/) as string,
        details: { ending: whole.slice(-4), baseUrl: models.openaiBaseUrl },
        actor: { name: 'Owner' },
      })),
    )
    expect(models.calls.at(-1)).toMatchObject({ key, model: 'scripted-1' })
  },
  MINUTES_MS,
)

test('the key stands in no answer, no output, no file of the data folder and no row', async () => {
  const { databaseUrl } = running.runtime()
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`
  expect(tables.length).toBeGreaterThan(20)
  const holding: string[] = []
  for (const { name } of tables) {
    const rows = await sql.unsafe(`select 1 from ${name} t where t::text like $1 limit 1`, [`%${key}%`])
    if (rows.length > 0) holding.push(name)
  }
  await sql.end()
  expect(holding).toEqual([])
  expect(answers.join('\n')).not.toContain(key)
  expect(running.output()).not.toContain(key)
  const files = readdirSync(running.dataDir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(running.dataDir, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter((path) => readFileSync(path).includes(key))).toEqual([])
})

test(
  'without the key the provider is gone, and says so',
  async () => {
    const { deleteProviderKey } = await ask<{ deleteProviderKey: Provider }>(
      `mutation { deleteProviderKey(provider: "gpu") { ${providerFields} } }`,
    )
    expect(deleteProviderKey).toMatchObject({ available: false, source: 'none' })
    const { prompts } = await ask<{ prompts: { edges: { node: { id: string; title: string } }[] } }>(
      '{ prompts(first: 50) { edges { node { id title } } } }',
    )
    const promptId = prompts.edges.find(({ node }) => node.title === 'Keys')?.node.id
    const refused = ask('mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }', {
      input: { promptId },
    })
    await expect(refused).rejects.toThrow('There is no model provider gpu')
  },
  MINUTES_MS,
)
