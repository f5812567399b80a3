import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'
import { type Caller, join, ownerIn } from './callers.ts'
import { type Foreign, followingAll, onesOwn, withForeignIds, withoutIds } from './operations.ts'

// A failure here means that an operation shows, changes or confirms what belongs to somebody else.

const MINUTES_MS = 240_000
const marker = 'Saltwater ledger of the first organization'
let running: Start
let foreign: Foreign
let stranger: Caller
let colleague: Caller

beforeAll(async () => {
  running = await startQuillworks({ dataDir: newDataDir(), env: { QUILLWORKS_DEMO_DELAY_MS: '0' } })
  await running.ready()
  const ask = <Data>(query: string, variables?: object) => askAsOwner<Data>(running, query, variables)
  const prompt = await ask<{ createPrompt: { id: string } }>(
    'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: marker, body: marker, model: 'demo/writer', visibility: 'private' } },
  )
  const promptId = prompt.createPrompt.id
  const snippet = await ask<{ createSnippet: { id: string } }>(
    'mutation($input: CreateSnippetInput!) { createSnippet(input: $input) { id } }',
    { input: { name: 'isolation', text: marker } },
  )
  const variable = await ask<{ setVariable: { id: string } }>(
    'mutation($input: SetVariableInput!) { setVariable(input: $input) { id } }',
    { input: { scope: 'user', name: 'isolation', value: marker } },
  )
  const run = await ask<{ runPrompt: { id: string } }>(
    'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId, chat: true } },
  )
  const executionId = run.runPrompt.id
  const view = await ask<{ saveView: { id: string } }>(
    'mutation($input: SaveViewInput!) { saveView(input: $input) { id } }',
    { input: { page: 'executions', name: marker, query: 'status=failed' } },
  )
  await ask(
    'mutation { setPromptPolicy(input: { protectedLabels: [], reviewedLabels: ["reviewed"] }) { reviewedLabels } }',
  )
  const asked = await ask<{ labelPromptVersion: { pendingLabelMoves: { id: string }[] } }>(
    'mutation($id: ID!) { labelPromptVersion(id: $id, label: "reviewed", version: 1) { pendingLabelMoves { id } } }',
    { id: promptId },
  )
  const [labelMove] = asked.labelPromptVersion.pendingLabelMoves
  if (!labelMove) throw new Error('no move waits')
  const waiting = () =>
    ask<{ execution: { status: string } }>('query($id: ID!) { execution(id: $id) { status } }', {
      id: executionId,
    })
  expect(
    await waitUntil({
      condition: async () => (await waiting()).execution.status === 'waiting',
      timeoutMs: 60_000,
    }),
  ).toBe(true)
  await ask('mutation($id: ID!) { rateExecution(id: $id, rating: up) { id } }', { id: executionId })
  const project = await ask<{ createProject: { id: string } }>(
    'mutation($input: CreateProjectInput!) { createProject(input: $input) { id } }',
    { input: { name: marker } },
  )
  const invited = await ask<{ inviteMember: { id: string } }>(
    'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { id } }',
    { input: { email: 'invited@isolation.example' } },
  )
  await ask('mutation($input: SetModelPriceInput!) { setModelPrice(input: $input) { id } }', {
    input: { model: `openai/${marker}`, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 },
  })
  const key = await ask<{ createApiKey: { apiKey: { id: string } } }>(
    'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }',
    { input: { name: marker } },
  )
  const own = await ask<{ members: { edges: { node: { id: string; user: { id: string } } }[] } }>(
    '{ members { edges { node { id user { id } } } } }',
  )
  const owner = own.members.edges[0]?.node
  if (!owner) throw new Error('no owner')
  foreign = {
    promptId,
    snippetId: snippet.createSnippet.id,
    variableId: variable.setVariable.id,
    executionId,
    viewId: view.saveView.id,
    labelMoveId: labelMove.id,
    projectId: project.createProject.id,
    memberId: owner.id,
    userId: owner.user.id,
    apiKeyId: key.createApiKey.apiKey.id,
    invitationId: invited.inviteMember.id,
  }
  const other = await ask<{ createOrganization: { id: string } }>(
    'mutation { createOrganization(name: "Second") { id } }',
  )
  const secondOwner = ownerIn(running, other.createOrganization.id)
  stranger = await join(running, secondOwner, 'stranger@example.com', 'admin')
  colleague = await join(running, ownerIn(running), 'colleague@example.com', 'member')
}, MINUTES_MS)

afterAll(async () => {
  await running.stop()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

function operation(name: string, rest: string): string {
  const [type = '', field = ''] = name.split('.')
  return `${type.toLowerCase()} { ${field}${rest} }`
}

/** The same ids, as nobody has them. */
function nobodys(): Foreign {
  return Object.fromEntries(
    Object.keys(foreign).map((key) => [key, Bun.randomUUIDv7()]),
  ) as unknown as Foreign
}

async function answerOf(caller: Caller, name: string, ids: Foreign): Promise<object> {
  const call = withForeignIds[name]
  if (!call) throw new Error(`no call of ${name}`)
  const answer = await caller(operation(name, call(ids)))
  let told = JSON.stringify({
    data: answer.data,
    errors: answer.errors.map(({ message, path, extensions }) => ({ message, path, code: extensions.code })),
  })
  for (const [key, id] of Object.entries(ids)) told = told.replaceAll(id as string, `<${key}>`)
  return JSON.parse(told) as object
}

test('every operation of the schema is asked here', async () => {
  const { data } = await stranger(
    `{ __schema { queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } } } }`,
  )
  const schema = data?.['__schema'] as Record<string, { fields: { name: string }[] }>
  const all = ['Query', 'Mutation', 'Subscription'].flatMap((type) =>
    (schema[`${type.toLowerCase()}Type`]?.fields ?? []).map((field) => `${type}.${field.name}`),
  )
  const asked = [...Object.keys(withForeignIds), ...Object.keys(withoutIds), ...onesOwn, ...followingAll]
  expect(asked.sort()).toEqual(all.sort())
})

describe('somebody of another organization', () => {
  for (const name of Object.keys(withForeignIds)) {
    test(`hears of ${name} what they would hear of nothing`, async () => {
      const answer = await answerOf(stranger, name, foreign)
      expect(answer).toEqual(await answerOf(stranger, name, nobodys()))
      expect(JSON.stringify(answer)).toMatch(/not_found|null|"data":\{"\w+":\[\]\}/)
      expect(JSON.stringify(answer)).not.toContain(marker)
    })
  }

  for (const [name, rest] of Object.entries(withoutIds)) {
    test(`finds nothing foreign in ${name}`, async () => {
      const answer = await stranger(operation(name, rest))
      expect(answer.errors).toEqual([])
      const told = JSON.stringify(answer.data)
      // The owner of the first organization made the second one too, and so is a member of both.
      const { userId: _member, ...others } = foreign
      for (const secret of [marker, ...Object.values(others)]) expect(told).not.toContain(secret)
    })
  }

  test('cannot act in a foreign project by naming it', async () => {
    const create = (projectId: string) =>
      stranger(
        'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
        { input: { title: 'Mine', body: 'x' } },
        { 'x-project': projectId },
      )
    const answer = await create(foreign.projectId)
    expect(answer.errors.map((error) => error.extensions.code)).toEqual(['project.not_found'])
    expect(answer).toEqual(await create(Bun.randomUUIDv7()))
  })

  test('cannot act in the organization by naming it', async () => {
    const { organization } = await askAsOwner<{ organization: { id: string } }>(
      running,
      '{ organization { id } }',
    )
    const answer = await stranger(
      '{ prompts(first: 50) { edges { node { id } } } }',
      {},
      { 'x-organization': organization.id },
    )
    const missing = await stranger(
      '{ prompts(first: 50) { edges { node { id } } } }',
      {},
      { 'x-organization': Bun.randomUUIDv7() },
    )
    expect(answer.errors.map((error) => error.extensions.code)).not.toEqual([])
    expect(answer).toEqual(missing)
  })
})

describe('a colleague in the same organization', () => {
  const privateOnes = Object.keys(withForeignIds).filter((name) =>
    /prompt|execution|message|step/i.test(name),
  )

  for (const name of privateOnes) {
    test(`hears of the private thing behind ${name} what they would hear of nothing`, async () => {
      expect(await answerOf(colleague, name, foreign)).toEqual(await answerOf(colleague, name, nobodys()))
    })
  }

  test('finds no private prompt or execution in the lists', async () => {
    for (const name of ['Query.prompts', 'Query.executions'] as const) {
      const answer = await colleague(operation(name, withoutIds[name] ?? ''))
      expect(answer.errors).toEqual([])
      expect(JSON.stringify(answer.data)).not.toContain(marker)
    }
  })
})

test('a colleague reads an execution that is shared, and commands nothing in it', async () => {
  const { createPrompt } = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Shared', body: 'x', model: 'demo/writer', visibility: 'organization' } },
  )
  const { runPrompt } = await askAsOwner<{ runPrompt: { id: string } }>(
    running,
    'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId: createPrompt.id, chat: true } },
  )
  const id = runPrompt.id
  const rights = `{ execution(id: "${id}") { viewerCanWrite viewerCanEnd visibility } }`
  const { data } = await colleague(rights)
  expect(data).toEqual({
    execution: { viewerCanWrite: false, viewerCanEnd: false, visibility: 'organization' },
  })
  const own = await askAsOwner<object>(running, rights)
  expect(own).toEqual({ execution: { viewerCanWrite: true, viewerCanEnd: true, visibility: 'organization' } })
  const refused = [
    `cancelExecution(id: "${id}") { id }`,
    `renameExecution(id: "${id}", name: "taken") { id }`,
    `stopStep(id: "${id}", stepKey: "message[0]") { id }`,
    `sendMessage(input: { executionId: "${id}", message: "x" }) { id }`,
    `regenerateMessage(input: { executionId: "${id}", stepKey: "message[0]" }) { id }`,
  ]
  for (const call of refused) {
    const answer = await colleague(`mutation { ${call} }`)
    expect([call, answer.errors.map((error) => error.extensions.code)]).toEqual([call, ['auth.forbidden']])
  }
})

test('what was asked for changed nothing', async () => {
  const { prompt, execution, projects } = await askAsOwner<{
    prompt: { title: string; archived: boolean; versionNumber: number }
    execution: { status: string; name: string; steps: object[] }
    projects: { edges: { node: { name: string } }[] }
  }>(
    running,
    `query($prompt: ID!, $execution: ID!) { prompt(id: $prompt) { title archived versionNumber }
      execution(id: $execution) { status name steps { key } } projects { edges { node { name } } } }`,
    { prompt: foreign.promptId, execution: foreign.executionId },
  )
  expect(prompt).toEqual({ title: marker, archived: false, versionNumber: 1 })
  expect(execution).toMatchObject({ status: 'waiting', steps: [{ key: 'message[0]' }] })
  expect(execution.name).not.toBe('taken')
  expect(projects.edges.map((edge) => edge.node.name)).toContain(marker)
})
