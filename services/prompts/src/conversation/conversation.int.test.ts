import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { AppError } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import postgres from 'postgres'
import { startedConversations } from '../../test/conversation-rows.ts'
import { startEngineDouble, type EngineDouble } from '../../test/engine-double.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'
import { sweepConversations } from './conversation-sweeper.ts'

let server: PromptsServer
let engine: EngineDouble
let owner: postgres.Sql
beforeAll(async () => {
  server = await startPromptsServer({ engineDeadlineMs: 6_000 })
  engine = await startEngineDouble(server.nats)
  owner = postgres(server.database.ownerUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await owner.end()
  await engine.close()
  await server.close()
})

const RUN = `mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }`
const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }`
const REGENERATE = `mutation ($input: RegenerateMessageInput!) { regenerateMessage(input: $input) { id } }`

async function makePrompt(identity: Identity, input: Record<string, unknown> = {}): Promise<string> {
  const query = `mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }`
  const made = await server.ask<{ createPrompt: { id: string } }>(identity, query, {
    input: {
      title: 'Letter',
      system: 'Be {{tone}}.',
      body: 'Write to {{name}}.',
      settings: { temperature: 1 },
      ...input,
    },
  })
  return made.createPrompt.id
}

async function run(identity: Identity, input: Record<string, unknown>): Promise<string> {
  return (await server.ask<{ runPrompt: { id: string } }>(identity, RUN, { input })).runPrompt.id
}

const started = (id: string) => engine.starts.find((start) => start.id === id)
const commanded = (id: string) => engine.commands.filter((command) => command.executionId === id)
const values = { tone: 'warm', name: 'Ada' }

describe('a conversation', () => {
  test('renders each message with the values given with it, from the version it began with', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada, {
      variables: [{ name: 'tone', required: false, default: 'calm' }],
    })
    const id = await run(ada, { promptId, values, chat: true })
    expect(started(id)).toMatchObject({
      kind: 'chat',
      name: 'Letter · Ada',
      plan: { conversation: true, steps: [{ conversation: true }] },
    })
    await server.ask(ada, `mutation ($input: UpdatePromptInput!) { updatePrompt(input: $input) { id } }`, {
      input: { id: promptId, body: 'Something else', system: 'Else' },
    })
    const send = (input: Record<string, unknown>) =>
      server.ask<unknown>(ada, SEND, { input: { executionId: id, ...input } })
    expect(
      await send({ message: 'And {{name}}?', values: { name: 'Grace', tone: 'dry' }, model: 'demo/two' }),
    ).toEqual({ sendMessage: { id } })
    await send({ message: 'More', values: { name: 'Alan' } })
    expect(commanded(id).map((command) => command.command)).toMatchObject([
      {
        type: 'message',
        input: {
          model: 'demo/two',
          settings: { temperature: 1 },
          system: 'Be dry.',
          body: 'Write to Grace.',
          message: 'And {{name}}?',
          values: { name: 'Grace', tone: 'dry' },
          prompt: { id: promptId, version: 1 },
        },
      },
      // The tone of the message before is not used again: its default is.
      {
        type: 'message',
        input: {
          model: 'demo/writer',
          system: 'Be calm.',
          body: 'Write to Alan.',
          values: { name: 'Alan', tone: 'calm' },
        },
      },
    ])
  })

  test('refuses a message whose values are missing, and one that is empty', async () => {
    const ada = someone()
    const id = await run(ada, { promptId: await makePrompt(ada), values, chat: true })
    const { errors } = await server.attempt(ada, SEND, { input: { executionId: id, message: 'More' } })
    expect(errors[0]?.extensions.code).toBe('prompt.variables_missing')
    expect(errors[0]?.message).toBe('These variables need a value: tone, name.')
    expect(await server.codeOf(ada, SEND, { input: { executionId: id, message: ' ', values } })).toBe(
      'input.invalid',
    )
    expect(commanded(id)).toEqual([])
  })

  test('goes on after its prompt was deleted', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada)
    const id = await run(ada, { promptId, values, chat: true })
    await server.ask(ada, 'mutation ($id: ID!) { deletePrompt(id: $id) { id } }', { id: promptId })
    await server.ask(ada, SEND, { input: { executionId: id, message: 'More', values } })
    expect(commanded(id)).toHaveLength(1)
  })

  test("is its owner's alone, and no other execution is one", async () => {
    const ada = someone()
    const promptId = await makePrompt(ada, { visibility: 'organization' })
    const id = await run(ada, { promptId, values, chat: true })
    const input = { executionId: id, message: 'Mine?', values }
    expect(await server.codeOf(someone({ organizationId: ada.organizationId }), SEND, { input })).toBe(
      'execution.not_found',
    )
    expect(await server.codeOf(someone({ userId: ada.userId }), SEND, { input })).toBe('execution.not_found')
    const once = await run(ada, { promptId, values })
    expect(await server.codeOf(ada, SEND, { input: { ...input, executionId: once } })).toBe(
      'execution.not_found',
    )
    expect(await server.codeOf(ada, SEND, { input: { ...input, executionId: newId() } })).toBe(
      'execution.not_found',
    )
    expect(await server.codeOf(ada, SEND, { input: { ...input, executionId: 'x' } })).toBe(
      'execution.not_found',
    )
    expect(commanded(id)).toEqual([])
  })

  test('passes on the key of a message, makes one where there is none, and passes on a refusal', async () => {
    const ada = someone()
    const id = await run(ada, { promptId: await makePrompt(ada), values, chat: true })
    await server.ask(ada, SEND, { input: { executionId: id, message: '1', values, idempotencyKey: 'm1' } })
    await server.ask(ada, SEND, { input: { executionId: id, message: '2', values } })
    const keys = commanded(id).map((command) => command.idempotencyKey)
    expect(keys[0]).toBe('m1')
    expect(keys[1]?.length).toBeGreaterThan(20)
    engine.refuseNext(new AppError('execution.ended', 'It has ended; forkExecution goes on from it.'))
    expect(await server.codeOf(ada, SEND, { input: { executionId: id, message: '3', values } })).toBe(
      'execution.ended',
    )
  })

  test('has a message answered again', async () => {
    const ada = someone()
    const id = await run(ada, { promptId: await makePrompt(ada), values, chat: true })
    expect(
      await server.ask<unknown>(ada, REGENERATE, { input: { executionId: id, stepKey: 'message[0]' } }),
    ).toEqual({ regenerateMessage: { id } })
    expect(commanded(id)[0]).toMatchObject({
      command: { type: 'regenerate', stepKey: 'message[0]' },
      runAs: { userId: ada.userId, organizationId: ada.organizationId },
    })
    await server.ask(ada, REGENERATE, {
      input: { executionId: id, stepKey: 'message[0]', model: 'demo/two' },
    })
    expect(commanded(id)[1]).toMatchObject({ command: { type: 'regenerate', model: 'demo/two' } })
    for (const wrong of [{ stepKey: 'x\u0000' }, { stepKey: 'message[0]', model: 'nonsense' }]) {
      expect(await server.codeOf(ada, REGENERATE, { input: { executionId: id, ...wrong } })).toBe(
        'input.invalid',
      )
    }
  })

  test('that was made of another one goes on with its template, from whomever it came', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada, { visibility: 'organization' })
    const id = await run(ada, { promptId, values, chat: true })
    await server.ask(ada, 'mutation ($id: ID!) { deletePrompt(id: $id) { id } }', { id: promptId })
    const colleague = someone({ organizationId: ada.organizationId })
    const fork = engine.derive(id, colleague.userId)
    const forkOfFork = engine.derive(fork, colleague.userId)
    const input = { executionId: forkOfFork, message: 'On', values: { tone: 'dry', name: 'Alan' } }
    expect(await server.codeOf(ada, SEND, { input })).toBe('execution.not_found')
    for (const message of ['On', 'And on'])
      expect(await server.ask<unknown>(colleague, SEND, { input: { ...input, message } })).toEqual({
        sendMessage: { id: forkOfFork },
      })
    expect(commanded(forkOfFork).map((command) => command.command)).toMatchObject([
      { type: 'message', input: { system: 'Be dry.', body: 'Write to Alan.', prompt: { id: promptId } } },
      { type: 'message', input: { message: 'And on', model: 'demo/writer' } },
    ])
    const rows = await owner`select owner_id, visibility, project_id, started_at is not null as started
      from prompts.conversations where execution_id = ${forkOfFork}`
    expect([...rows]).toEqual([
      { owner_id: colleague.userId, visibility: 'private', project_id: ada.projectId, started: true },
    ])
  })

  test('that was made of a run without one is none', async () => {
    const ada = someone()
    const once = await run(ada, { promptId: await makePrompt(ada), values })
    const executionId = engine.derive(once, ada.userId)
    expect(await server.codeOf(ada, SEND, { input: { executionId, message: 'On', values } })).toBe(
      'execution.not_found',
    )
  })

  test('that never began is swept a month later, one that began is kept and marked', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada)
    const kept = await run(ada, { promptId, values, chat: true })
    const left = await run(ada, { promptId, values, chat: true })
    const { organizationId } = ada
    await startedConversations(owner, { organizationId, count: 2 })
    await owner`update prompts.conversations set started_at = null where execution_id in ${owner([left, kept])}`
    engine.forget(left)
    const tools = { ...server.dependencies, engine: { nats: server.dependencies.nats, deadlineMs: 6_000 } }
    const month = 31 * 24 * 3_600_000
    const ids = async () =>
      (
        await owner`select execution_id from prompts.conversations where organization_id = ${ada.organizationId} order by 1`
      ).map((row) => String(row['execution_id']))
    await sweepConversations(tools, new Date())
    expect(await ids()).toEqual([kept, left].toSorted())
    await sweepConversations(tools, new Date(Date.now() + month))
    expect(await ids()).toEqual([kept])
    const [row] = await owner`select started_at from prompts.conversations where execution_id = ${kept}`
    expect(row?.['started_at']).not.toBeNull()
  })
})
