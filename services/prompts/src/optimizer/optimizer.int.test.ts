import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { engineGrants } from '@quillworks/messaging/grants'
import { AppError } from '@quillworks/service-kit/errors'
import { signIdentity, type Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import type { NatsConnection } from 'nats'
import postgres from 'postgres'
import { startEngineDouble, type EngineDouble, type Started } from '../../test/engine-double.ts'
import { promptFixture, UPDATE, type PromptFixture } from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { sweepOptimizations } from './optimization-sweeper.ts'
import { checkResultSubject, keepResultSubject } from './subjects.ts'

const OPTIMIZE = 'mutation ($input: OptimizePromptInput!) { optimizePrompt(input: $input) { id } }'
const GENERATE = 'mutation ($input: GeneratePromptInput!) { generatePrompt(input: $input) { id } }'
const TITLE = 'mutation ($input: GenerateTitleInput!) { generateTitle(input: $input) { id } }'
const RESULT = `query ($id: ID!) { optimizationResult(executionId: $id) { execution { id } kind part done givenBody
  title system body lost added corrected problems variables { name type } } }`

interface Result {
  done: boolean
  title: string | null
  system: string | null
  body: string | null
  lost: string[] | null
  corrected: boolean | null
  variables: { name: string; type: string }[] | null
}

let server: PromptsServer
let engine: EngineDouble
let nats: NatsConnection
let owner: postgres.Sql
let create: PromptFixture['create']
beforeAll(async () => {
  server = await startPromptsServer()
  engine = await startEngineDouble(server.nats)
  nats = await connectNats({ ...server.nats, name: 'executions', grants: engineGrants('executions') })
  owner = postgres(server.database.ownerUrl, { max: 1, onnotice: () => {} })
  create = promptFixture(server).create
})
afterAll(async () => {
  await owner.end()
  await nats.close()
  await engine.close()
  await server.close()
})

async function begin(identity: Identity, mutation: string, input: object): Promise<Started> {
  const answer = await server.ask<Record<string, { id: string }>>(identity, mutation, { input })
  const id = Object.values(answer)[0]?.id
  const started = engine.starts.find((start) => start.id === id)
  if (!started) throw new Error('not started')
  return started
}

async function resultOf(identity: Identity, id: string): Promise<Result | null> {
  return (await server.ask<{ optimizationResult: Result | null }>(identity, RESULT, { id }))
    .optimizationResult
}

interface Reply {
  ok: boolean
  code?: string
  retryable?: boolean
  output?: unknown
}

/** Asks an activity as the engine does. */
async function call(
  subject: string,
  started: Started,
  inputs: object,
  as = someone(started.runAs),
): Promise<Reply> {
  const identity = await signIdentity({
    secret: server.database.secret,
    audience: 'prompts',
    identity: { ...as, role: 'service' },
  })
  const { organizationId, projectId, userId } = as
  const request = {
    executionId: started.id,
    stepKey: 'x',
    attempt: 1,
    fence: 1,
    organizationId,
    projectId,
    userId,
    identity,
    token: 't',
    body: null,
    inputs,
  }
  return (await nats.request(subject, JSON.stringify(request), { timeout: 10_000 })).json()
}

const body = 'Write to {{name}} about {{topic}} for @company.'
const answer = (text: string) => `<system>\nBe brief.\n</system>\n<body>\n${text}\n</body>`

describe('optimizing', () => {
  test('starts an execution in no history, of a model and of what judges it', async () => {
    const ada = someone()
    const started = await begin(ada, OPTIMIZE, { title: 'Mine', body, instruction: 'shorter' })
    expect(started).toMatchObject({
      kind: 'optimization',
      name: 'Optimize · Mine',
      track: false,
      visibility: 'private',
    })
    expect(started.source).toBeUndefined()
    const steps = started.plan.steps.map(({ key, kind, after }) => [key, kind, after])
    expect(steps).toEqual([
      ['message[0]', 'model', []],
      ['check', 'call', ['message[0]']],
      ['message[1]', 'model', ['check']],
      ['result', 'call', ['message[0]', 'message[1]']],
    ])
    const [first, , second] = started.plan.steps
    if (first?.kind !== 'model' || second?.kind !== 'model') throw new Error('no models')
    expect(first.input.body).toContain(`<body>\n${body}\n</body>`)
    expect(first.input.body).toContain('{{name}}, {{topic}}, @company')
    expect(first.input.body).toContain('shorter')
    expect(second.input).toEqual({ ...first.input, messageFrom: 'check' })
    expect(await resultOf(ada, started.id)).toMatchObject({ done: false, body: null, lost: null })
  })

  test('asks once more for what was lost, and shows what is lost still', async () => {
    const ada = someone()
    const started = await begin(ada, OPTIMIZE, { title: 'Mine', body })
    const kept = answer(`${body} Be kind.`)
    expect(await call(checkResultSubject, started, { 'message[0]': kept })).toEqual({ ok: true, output: '' })
    const worse = answer('Write to {{name}}.')
    const asked = await call(checkResultSubject, started, { 'message[0]': worse })
    expect(asked.output).toStartWith('Your answer leaves out: {{topic}}, @company\n')
    const half = answer('Write to {{name}} about {{topic}}.')
    const inputs = { 'message[0]': worse, 'message[1]': half }
    const ended = await call(keepResultSubject, started, inputs)
    expect(ended).toMatchObject({ ok: true, output: { lost: ['@company'], corrected: true } })
    expect(await call(keepResultSubject, started, inputs)).toEqual(ended)
    expect(await resultOf(ada, started.id)).toMatchObject({
      kind: 'optimization',
      part: 'whole',
      done: true,
      givenBody: body,
      title: 'Mine',
      system: 'Be brief.',
      body: 'Write to {{name}} about {{topic}}.',
      lost: ['@company'],
      corrected: true,
      problems: [],
    })
  })

  test('takes a saved prompt, of any version, and unsaved texts over it', async () => {
    const ada = someone()
    const { id: promptId, title } = await create(ada, { body, system: 'Old', model: 'demo/quick' })
    await server.ask(ada, UPDATE, { input: { id: promptId, body: 'New {{x}}' } })
    const started = await begin(ada, OPTIMIZE, { promptId, version: 1, system: 'Unsaved', part: 'system' })
    expect(started.source).toEqual({ type: 'prompt', id: promptId, name: title, version: 1 })
    const [first] = started.plan.steps
    if (first?.kind !== 'model') throw new Error('no model')
    expect(first.input.model).toBe('demo/quick')
    expect(first.input.body).toContain('<system>\nUnsaved\n</system>')
    expect(first.input.body).toContain(body)
    expect(first.input.body).toContain('These have to stand in your answer: there are none')
    await call(keepResultSubject, started, {
      'message[0]': '<system>\nBetter\n</system>',
      'message[1]': null,
    })
    expect(await resultOf(ada, started.id)).toMatchObject({
      system: 'Better',
      body,
      lost: [],
      corrected: false,
    })
  })

  test('is refused where there is nothing to work on, or nobody may', async () => {
    const ada = someone()
    const refused = (input: object, who = ada) => server.codeOf(who, OPTIMIZE, { input })
    expect(await refused({})).toBe('input.invalid')
    expect(await refused({ body: 'x', part: 'system' })).toBe('input.invalid')
    expect(await refused({ body: 'x', model: 'gpt' })).toBe('input.invalid')
    expect(await refused({ body: 'x\u0000' })).toBe('input.invalid')
    const { id: promptId } = await create(ada)
    expect(await refused({ promptId, version: 9 })).toBe('prompt.version_not_found')
    expect(await refused({ promptId }, someone())).toBe('prompt.not_found')
    expect(await refused({ promptId: 'nonsense' })).toBe('prompt.not_found')
    expect(await refused({ body: 'x' }, someone({ role: 'viewer' }))).toBe('auth.forbidden')
    engine.refuseNext(new AppError('input.invalid', 'No.'))
    expect(await refused({ body: 'x' })).toBe('input.invalid')
    const rows =
      await owner`select 1 from prompts.optimizations where organization_id = ${ada.organizationId}`
    expect(rows).toHaveLength(0)
  })

  test('of the same key is one execution, whose texts are kept once', async () => {
    const ada = someone()
    const input = { body: 'x {{y}}', idempotencyKey: 'k' }
    const first = await begin(ada, OPTIMIZE, input)
    expect((await begin(ada, OPTIMIZE, input)).id).toBe(first.id)
    const rows =
      await owner`select execution_id as id from prompts.optimizations where organization_id = ${ada.organizationId}`
    expect(rows.map((row) => String(row['id']))).toEqual([first.id])
    expect(await server.codeOf(ada, OPTIMIZE, { input: { ...input, body: 'z' } })).toBe(
      'idempotency.mismatch',
    )
  })
})

test('a prompt is generated from a description, with its variables', async () => {
  const ada = someone()
  const started = await begin(ada, GENERATE, { description: 'Letters of thanks' })
  expect(started).toMatchObject({ kind: 'generation', name: 'Generate · Letters of thanks', track: false })
  expect(started.plan.steps.map(({ key }) => key)).toEqual(['message[0]', 'result'])
  const said = `<title>Thanks</title><system>S</system><body>{{a}}</body><variables>[{"name":"a","type":"number"}]</variables>`
  await call(keepResultSubject, started, { 'message[0]': said })
  expect(await resultOf(ada, started.id)).toMatchObject({
    title: 'Thanks',
    system: 'S',
    body: '{{a}}',
    variables: [{ name: 'a', type: 'number' }],
    lost: [],
  })
  expect(await server.codeOf(ada, GENERATE, { input: { description: ' ' } })).toBe('input.invalid')
})

test('a title is generated for saved and unsaved texts', async () => {
  const ada = someone()
  const { id: promptId } = await create(ada)
  for (const input of [{ promptId }, { body: 'Write {{x}}' }]) {
    const started = await begin(ada, TITLE, input)
    expect(started.kind).toBe('title')
    await call(keepResultSubject, started, { 'message[0]': '"A good title."' })
    expect(await resultOf(ada, started.id)).toMatchObject({ title: 'A good title', done: true })
  }
  expect(await server.codeOf(ada, TITLE, { input: {} })).toBe('input.invalid')
})

test('what came of it is for whoever asked, and of their own execution only', async () => {
  const ada = someone()
  const started = await begin(ada, OPTIMIZE, { body })
  const { organizationId } = ada
  const others = [someone({ organizationId, role: 'owner' }), someone({ userId: ada.userId })]
  for (const other of others) {
    expect(await resultOf(other, started.id)).toBeNull()
    for (const subject of [checkResultSubject, keepResultSubject]) {
      expect(await call(subject, started, { 'message[0]': 'x' }, other)).toMatchObject({
        ok: false,
        code: 'optimization.not_found',
        retryable: false,
      })
    }
  }
  const unsigned = await nats.request(
    keepResultSubject,
    JSON.stringify({
      executionId: started.id,
      stepKey: 'x',
      attempt: 1,
      fence: 1,
      token: 't',
      body: null,
      inputs: {},
      organizationId,
      projectId: ada.projectId,
      userId: ada.userId,
    }),
    { timeout: 10_000 },
  )
  expect(unsigned.json<Reply>()).toMatchObject({ ok: false, code: 'auth.unauthenticated' })
  expect(await resultOf(ada, started.id)).toMatchObject({ done: false })
  expect(await resultOf(ada, newId())).toBeNull()
  expect(await resultOf(ada, 'nonsense')).toBeNull()
})

test('what was given long ago is removed', async () => {
  const ada = someone()
  const [old, fresh] = [await begin(ada, OPTIMIZE, { body }), await begin(ada, OPTIMIZE, { body })]
  await owner`update prompts.optimizations set created_at = now() - interval '31 days' where execution_id = ${old.id}`
  await sweepOptimizations(server.dependencies.system, new Date())
  expect(await resultOf(ada, old.id)).toBeNull()
  expect(await resultOf(ada, fresh.id)).not.toBeNull()
})

test('the library is there to be read', async () => {
  const { libraryPrompts } = await server.ask<{
    libraryPrompts: { key: string; variables: { name: string }[] }[]
  }>(
    someone(),
    '{ libraryPrompts { key title description system body settings { temperature } variables { name } } }',
  )
  expect(libraryPrompts.map(({ key }) => key)).toEqual([
    'optimize',
    'optimize-system',
    'generate',
    'title',
    'keep',
  ])
})
