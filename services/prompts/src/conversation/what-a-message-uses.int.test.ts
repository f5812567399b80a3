import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { ModelInput } from '@quillworks/executions/contract'
import type { Identity } from '@quillworks/service-kit/identity'
import { startEngineDouble, type EngineDouble } from '../../test/engine-double.ts'
import { promptFixture, UPDATE, type PromptFixture } from '../../test/prompt-fixture.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'

const RUN = 'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }'
const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }'
const SNIPPET = 'mutation ($input: CreateSnippetInput!) { createSnippet(input: $input) { id } }'
const CHANGE = 'mutation ($input: UpdateSnippetInput!) { updateSnippet(input: $input) { id } }'
const SET = 'mutation ($input: SetVariableInput!) { setVariable(input: $input) { id } }'
const LABEL =
  'mutation ($id: ID!, $version: Int!) { labelPromptVersion(id: $id, label: "production", version: $version) { id } }'

let server: PromptsServer
let engine: EngineDouble
let create: PromptFixture['create']
beforeAll(async () => {
  server = await startPromptsServer()
  engine = await startEngineDouble(server.nats)
  create = promptFixture(server).create
})
afterAll(async () => {
  await engine.close()
  await server.close()
})

/** Runs a prompt and answers what the engine was given for its first message, with the execution's id. */
async function run(identity: Identity, input: Record<string, unknown>): Promise<ModelInput & { id: string }> {
  const { runPrompt } = await server.ask<{ runPrompt: { id: string } }>(identity, RUN, { input })
  const step = engine.starts.find((start) => start.id === runPrompt.id)?.plan.steps[0]
  if (step?.kind !== 'model') throw new Error('no model step')
  return { ...step.input, id: runPrompt.id }
}

async function send(identity: Identity, input: Record<string, unknown>): Promise<ModelInput> {
  await server.ask(identity, SEND, { input })
  const { command } = engine.commands.at(-1) ?? {}
  if (command?.type !== 'message') throw new Error('no message')
  return command.input
}

async function snippet(identity: Identity, input: Record<string, unknown>): Promise<string> {
  const data = { name: 'company', ...input }
  return (await server.ask<{ createSnippet: { id: string } }>(identity, SNIPPET, { input: data }))
    .createSnippet.id
}

describe('each message', () => {
  test('takes snippets as they are now, and keeps with it which they were', async () => {
    const ada = someone()
    const id = await snippet(ada, { text: 'Acme {{topic}} @company' })
    const { id: promptId } = await create(ada, {
      system: 'For @Company.',
      body: '@company on {{topic}} @nobody',
    })
    const first = await run(ada, { promptId, values: { topic: '@company' }, chat: true })
    expect(first).toMatchObject({
      system: 'For Acme {{topic}} @company.',
      body: 'Acme {{topic}} @company on @company @nobody',
      values: { topic: '@company' },
      sources: { topic: 'call' },
      snippets: [{ id, name: 'company', version: 1 }],
    })
    await server.ask(ada, CHANGE, { input: { id, text: 'Acme Ltd.' } })
    const next = { executionId: first.id, message: 'Shorter', values: { topic: 'x' } }
    expect(await send(ada, next)).toMatchObject({
      system: 'For Acme Ltd..',
      body: 'Acme Ltd. on x @nobody',
      snippets: [{ id, name: 'company', version: 2 }],
    })
    await server.ask(ada, `mutation { deleteSnippet(id: "${id}") { id } }`)
    expect(await send(ada, next)).toMatchObject({ body: '@company on x @nobody', snippets: [] })
  })

  test('is rendered for whoever runs it', async () => {
    const ada = someone()
    const { organizationId, projectId } = ada
    const bob = someone({ organizationId, projectId })
    const carol = someone({ organizationId })
    await snippet(ada, { text: 'Shared', visibility: 'organization' })
    await snippet(bob, { text: "Bob's" })
    const { id: promptId } = await create(ada, { body: '@company {{tone}}', visibility: 'organization' })
    const set = (who: Identity, scope: string, value: string) =>
      server.ask(who, SET, { input: { scope, name: 'tone', value } })
    await set(ada, 'organization', 'ours')
    await set(ada, 'project', 'here')
    await set(bob, 'user', 'mine')
    await set(carol, 'project', 'elsewhere')
    expect(await run(bob, { promptId })).toMatchObject({ body: "Bob's mine", sources: { tone: 'user' } })
    expect(await run(carol, { promptId })).toMatchObject({
      body: 'Shared here',
      sources: { tone: 'project' },
    })
    const chat = await run(carol, { promptId, chat: true, values: { tone: 'called' } })
    expect(chat).toMatchObject({
      body: 'Shared called',
      values: { tone: 'called' },
      sources: { tone: 'call' },
    })
    expect(await send(carol, { executionId: chat.id, message: 'Again' })).toMatchObject({
      body: 'Shared here',
      values: { tone: 'here' },
      sources: { tone: 'project' },
    })
  })

  test('of a conversation made from another one finds both too', async () => {
    const ada = someone()
    await snippet(ada, { text: 'Acme' })
    const { id: promptId } = await create(ada, { body: '@company {{tone}}' })
    await server.ask(ada, SET, { input: { scope: 'user', name: 'tone', value: 'warm' } })
    const { id } = await run(ada, { promptId, chat: true })
    const executionId = engine.derive(id, ada.userId)
    expect((await send(ada, { executionId, message: 'Again' })).body).toBe('Acme warm')
  })
})

describe('a run by label', () => {
  test('takes the version that has it, and keeps the label with the message', async () => {
    const ada = someone()
    const { id: promptId } = await create(ada, { body: 'v1' })
    await server.ask(ada, UPDATE, { input: { id: promptId, body: 'v2' } })
    await server.ask(ada, LABEL, { id: promptId, version: 1 })
    const labeled = await run(ada, { promptId, label: 'Production' })
    expect(labeled).toMatchObject({ body: 'v1', prompt: { version: 1, label: 'production' } })
    expect(engine.starts.at(-1)?.source).toMatchObject({ version: 1 })
    expect((await run(ada, { promptId })).prompt).toEqual({
      id: promptId,
      versionId: expect.any(String) as string,
      version: 2,
    })
    expect(await server.codeOf(ada, RUN, { input: { promptId, label: 'staging' } })).toBe(
      'prompt.label_not_found',
    )
    expect(await server.codeOf(ada, RUN, { input: { promptId, label: 'production', version: 1 } })).toBe(
      'input.invalid',
    )
    expect(await server.codeOf(someone(), RUN, { input: { promptId, label: 'production' } })).toBe(
      'prompt.not_found',
    )
  })

  test('is another request than one without, for an idempotency key', async () => {
    const ada = someone()
    const { id: promptId } = await create(ada, { body: 'v1' })
    await server.ask(ada, LABEL, { id: promptId, version: 1 })
    const input = { promptId, label: 'production', idempotencyKey: 'k' }
    expect((await run(ada, input)).id).toBe((await run(ada, input)).id)
    expect(await server.codeOf(ada, RUN, { input: { promptId, idempotencyKey: 'k' } })).toBe(
      'idempotency.mismatch',
    )
  })
})
