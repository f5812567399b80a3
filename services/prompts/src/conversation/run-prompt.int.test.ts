import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { AppError } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import postgres from 'postgres'
import { startedConversations } from '../../test/conversation-rows.ts'
import { startEngineDouble, type EngineDouble } from '../../test/engine-double.ts'
import { someone, startPromptsServer, type PromptsServer } from '../../test/prompts-server.ts'

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
const values = { tone: 'warm', name: 'Ada' }

describe('running a prompt', () => {
  test('hands the engine what was rendered, with its source and in whose name', async () => {
    const ada = someone({
      principal: `key:${newId()}`,
      scopes: ['prompts:read', 'prompts:write', 'executions:write'],
    })
    const promptId = await makePrompt(ada)
    const id = await run(ada, { promptId, values, message: 'Short, please.', track: false })
    const request = started(id)
    expect(request).toMatchObject({
      kind: 'prompt',
      name: 'Letter',
      track: false,
      visibility: 'private',
      trigger: 'api',
      source: { type: 'prompt', id: promptId, name: 'Letter', version: 1 },
      runAs: {
        organizationId: ada.organizationId,
        projectId: ada.projectId,
        userId: ada.userId,
        scopes: ada.scopes,
      },
      plan: { conversation: false },
    })
    expect(request?.plan.steps).toMatchObject([
      {
        key: 'message[0]',
        kind: 'model',
        conversation: false,
        input: {
          model: 'demo/writer',
          settings: { temperature: 1 },
          system: 'Be warm.',
          body: 'Write to Ada.',
          message: 'Short, please.',
          values,
          prompt: { id: promptId, version: 1 },
        },
      },
    ])
  })

  test('takes a pinned version and a model of the call, and what a shared prompt shares', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada, { visibility: 'organization', model: 'demo/other' })
    const update = `mutation ($input: UpdatePromptInput!) { updatePrompt(input: $input) { id } }`
    await server.ask(ada, update, { input: { id: promptId, body: 'Newer {{x}}', system: '' } })
    const pinned = started(await run(ada, { promptId, version: 1, values }))
    expect(pinned?.plan.steps[0]).toMatchObject({
      input: { body: 'Write to Ada.', model: 'demo/other', prompt: { version: 1 } },
    })
    const newest = started(await run(ada, { promptId, values: { x: 'y' }, model: 'openai/gpt-x' }))
    expect(newest?.plan.steps[0]).toMatchObject({
      input: { body: 'Newer y', model: 'openai/gpt-x', prompt: { version: 2 } },
    })
    expect(newest?.visibility).toBe('organization')
    expect(await server.codeOf(ada, RUN, { input: { promptId, version: 3, values } })).toBe(
      'prompt.version_not_found',
    )
  })

  test('with bad values fails at once, names everything, and asks the engine nothing', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada, {
      body: '{{a}} {{b}} {{n}} {{c}}',
      system: '',
      variables: [
        { name: 'n', type: 'number' },
        { name: 'c', type: 'choice', choices: ['x', 'y'] },
      ],
    })
    const before = engine.starts.length
    const failing = async (given: unknown) => {
      const { errors } = await server.attempt(ada, RUN, { input: { promptId, values: given, chat: true } })
      return [
        errors[0]?.extensions.code,
        errors[0]?.extensions.issues?.map((issue) => issue.path),
        errors[0]?.message,
      ]
    }
    expect(await failing({ n: 'many' })).toEqual([
      'prompt.variables_missing',
      [
        ['values', 'a'],
        ['values', 'b'],
        ['values', 'c'],
        ['values', 'n'],
      ],
      'These variables need a value: a, b, c.',
    ])
    const wrong = await failing({ a: {}, b: 'x\u0000', n: 1, c: 'z', d: 1 })
    expect(wrong.slice(0, 2)).toEqual([
      'input.invalid',
      [
        ['values', 'a'],
        ['values', 'b'],
        ['values', 'c'],
        ['values', 'd'],
      ],
    ])
    expect((await failing(['a']))[0]).toBe('input.invalid')
    expect((await failing('a'))[0]).toBe('input.invalid')
    expect(engine.starts.length).toBe(before)
    const [row] =
      await owner`select count(*)::int as count from prompts.conversations where organization_id = ${ada.organizationId}`
    expect(row?.['count']).toBe(0)
  })

  test('needs something to send, a known prompt and a possible model', async () => {
    const ada = someone()
    const empty = await makePrompt(ada, { body: '', system: '' })
    expect(await server.codeOf(ada, RUN, { input: { promptId: empty } })).toBe('prompt.nothing_to_send')
    expect(await server.codeOf(ada, RUN, { input: { promptId: empty, chat: true, message: ' ' } })).toBe(
      'prompt.nothing_to_send',
    )
    expect(started(await run(ada, { promptId: empty, message: 'Hi' }))?.plan.steps[0]).toMatchObject({
      input: { message: 'Hi', body: '' },
    })
    expect(await server.codeOf(ada, RUN, { input: { promptId: newId() } })).toBe('prompt.not_found')
    expect(
      await server.codeOf(ada, RUN, { input: { promptId: empty, message: 'x', model: 'nonsense' } }),
    ).toBe('input.invalid')
    expect(await server.codeOf(ada, RUN, { input: { promptId: empty, message: 'x\u0000' } })).toBe(
      'input.invalid',
    )
  })

  test('as large as its limits allow is sent', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada, { body: '{{a}}{{a}}', system: '' })
    const a = 'x'.repeat(1_000_000)
    const id = await run(ada, { promptId, values: { a }, message: 'x'.repeat(1_000_000) })
    expect(started(id)?.plan.steps[0]).toMatchObject({ input: { body: a + a, values: { a } } })
    expect(
      await server.codeOf(ada, RUN, { input: { promptId, values: { a: `${a}${'x'.repeat(100_000)}` } } }),
    ).toBe('input.invalid')
  })
})

describe('asking the engine', () => {
  test('again, after its answer was lost, starts one execution', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada)
    const before = engine.starts.length
    engine.loseNextAnswer()
    const id = await run(ada, { promptId, values, chat: true })
    expect(engine.starts.length).toBe(before + 1)
    expect(started(id)).toBeDefined()
  })

  test('with one idempotency key starts one execution, and refuses another request under it', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada)
    const input = { promptId, values, message: 'Hi', chat: true, idempotencyKey: 'k1' }
    const ids = await Promise.all([
      run(ada, input),
      run(ada, { ...input, values: { name: 'Ada', tone: 'warm' } }),
    ])
    expect(new Set([...ids, await run(ada, input)]).size).toBe(1)
    expect(await server.codeOf(ada, RUN, { input: { ...input, message: 'Else' } })).toBe(
      'idempotency.mismatch',
    )
    expect(await server.codeOf(ada, RUN, { input: { ...input, idempotencyKey: '' } })).toBe('input.invalid')
    const { organizationId } = ada
    expect<unknown>(await startedConversations(owner, { organizationId, count: 1 })).toEqual([ids[0]])
  })

  test('that knows no such provider says so of the model of the call', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada)
    const message = 'There is no model provider nope.'
    engine.refuseNext(
      new AppError('input.invalid', message, {
        issues: [{ path: ['plan', 'steps', 0, 'input', 'model'], message }],
      }),
    )
    const { errors } = await server.attempt(ada, RUN, { input: { promptId, values, model: 'nope/x' } })
    expect(errors[0]?.extensions).toMatchObject({
      code: 'input.invalid',
      issues: [{ path: ['model'], message }],
    })
  })

  test('that refuses passes its reason on and leaves no conversation', async () => {
    const ada = someone()
    const promptId = await makePrompt(ada)
    engine.refuseNext(
      new AppError('budget.exceeded', 'No money is left.', {
        issues: [{ path: ['budget'], message: 'spent' }],
      }),
    )
    const { errors } = await server.attempt(ada, RUN, { input: { promptId, values, chat: true } })
    expect(errors[0]).toMatchObject({
      message: 'No money is left.',
      extensions: { code: 'budget.exceeded', issues: [{ path: ['budget'], message: 'spent' }] },
    })
    const [row] =
      await owner`select count(*)::int as count from prompts.conversations where organization_id = ${ada.organizationId}`
    expect(row?.['count']).toBe(0)
  })
})

test('without an engine the error names the execution, whose conversation is kept for a start that came through', async () => {
  const alone = await startPromptsServer({ engineDeadlineMs: 300 })
  try {
    const ada = someone()
    const query = `mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }`
    const made = await alone.ask<{ createPrompt: { id: string } }>(ada, query, {
      input: { title: 'T', body: 'B' },
    })
    const { errors } = await alone.attempt(ada, RUN, {
      input: { promptId: made.createPrompt.id, chat: true },
    })
    expect(errors[0]?.extensions.code).toBe('service.unavailable')
    const looked = postgres(alone.database.ownerUrl, { max: 1 })
    const rows = await looked`select execution_id, started_at from prompts.conversations`
    await looked.end()
    expect(rows).toHaveLength(1)
    expect(rows[0]?.['started_at']).toBeNull()
    expect(errors[0]?.message).toContain(String(rows[0]?.['execution_id']))
  } finally {
    await alone.close()
  }
})
