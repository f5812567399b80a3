import { afterAll, beforeAll, expect, test } from 'bun:test'
import { requestUntilAnswered } from '@quillworks/messaging/activities'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import { forkExecution } from '../activities/fork.ts'
import { commandSubject, executionReplySchema } from '../contract/commands.ts'
import { lineageReplySchema, lineageSubject } from '../contract/lineage.ts'
import type { CallModel } from '../models/call-model.ts'
import {
  createEngineFixture,
  eventually,
  modelStep,
  runAs,
  settled,
  type EngineFixture,
  type TestEngine,
} from '../testing/engine-fixture.ts'

let fixture: EngineFixture
let engine: TestEngine
const asked: string[][] = []

/** Answers with what it was asked last; "stay" is answered only once it is stopped, "break" never. */
const answer: CallModel = async ({ request, onText, onFirstToken, signal }) => {
  const words = request.messages.map(({ content }) => content)
  asked.push(words)
  onFirstToken()
  const last = words.at(-1) ?? ''
  onText(`Half of ${last}`)
  if (last.includes('break')) throw new Error('broken')
  if (last.includes('stay')) await new Promise((resolve) => signal.addEventListener('abort', resolve))
  signal.throwIfAborted()
  const usage = { inputTokens: 10, outputTokens: 5, cachedTokens: 0 }
  return { text: `Half of ${last}`, usage, costNanoUsd: 100n, finishReason: 'stop' }
}

beforeAll(async () => {
  fixture = await createEngineFixture()
  engine = await fixture.engine(answer)
})
afterAll(() => fixture.close())

const input = (message: string) => ({
  model: 'demo/writer',
  settings: {},
  system: '',
  body: 'Body',
  message,
  values: { said: message },
})
const retry = { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 }

async function converse(messages: string[], more: object = {}): Promise<string> {
  const [first = '', ...rest] = messages
  const step = modelStep('message[0]', { conversation: true, input: input(first), retry })
  const plan = { version: 1 as const, conversation: true, steps: [step] }
  const id = await engine.start({ kind: 'chat', steps: [step], plan, ...more })
  await settled(fixture.owner, id, 'waiting')
  for (const message of rest) await say(id, message)
  return id
}

async function say(id: string, message: string): Promise<void> {
  await engine.command(id, { type: 'message', input: input(message) })
  await settled(fixture.owner, id, 'waiting')
}

const FORK = `mutation ($id: ID!, $at: String, $key: String) { forkExecution(id: $id, stepKey: $at, idempotencyKey: $key) {
  id status kind visibility waiting { for } derivedFrom { id stepKey reason } source { id } output
  usage { totalTokens costUsd unknownAttempts }
  steps { key status output input error { code } attempts { number } usage { totalTokens } } } }`

interface Forked {
  id: string
  status: string
  steps: { key: string; status: string; output: string | null; input: { values: object } }[]
  usage: { totalTokens: number | null }
}

async function fork(variables: object, identity: Partial<Identity> = {}): Promise<Forked> {
  const { data, errors } = await engine.ask(FORK, variables, identity)
  if (errors) throw new Error(JSON.stringify(errors))
  return data['forkExecution'] as Forked
}

async function codeOf(variables: object, identity: Partial<Identity> = {}): Promise<string | undefined> {
  return (await engine.ask(FORK, variables, identity)).errors?.[0]?.extensions.code
}

test('a conversation is forked from a message: it waits at once, is whole so far, and goes on by itself', async () => {
  const id = await converse(['one', 'two', 'three'], { source: { type: 'prompt', id: newId(), name: 'P' } })
  const made = await fork({ id, at: 'message[1]' })
  expect(made).toMatchObject({
    status: 'waiting',
    kind: 'chat',
    waiting: { for: 'input' },
    visibility: 'private',
    derivedFrom: { id, stepKey: 'message[1]', reason: 'fork' },
    output: 'Half of two',
    usage: { totalTokens: 0, costUsd: 0, unknownAttempts: 0 },
    steps: [
      { key: 'message[0]', output: 'Half of Body\n\none', attempts: [] },
      { key: 'message[1]', output: 'Half of two', input: { values: { said: 'two' } }, attempts: [] },
    ],
  })
  await say(made.id, 'else')
  expect(asked.at(-1)).toEqual(['Body\n\none', 'Half of Body\n\none', 'two', 'Half of two', 'else'])
  await engine.command(made.id, { type: 'regenerate', stepKey: 'message[0]' })
  const row = await settled(fixture.owner, made.id, 'waiting')
  const keys = await fixture.owner`select key, status from executions.steps
    where execution_id = ${made.id} order by ordinal`
  expect(keys.map((step) => step['key'])).toEqual([
    'message[0]',
    'message[1]',
    'message[2]',
    'message[0]/again[1]',
  ])
  // What it has spent is that of its own attempts, and nothing was added to what it came from.
  const [own] = await fixture.owner`select sum(input_tokens)::int as input, sum(cost_nano_usd)::int as cost
    from executions.attempts where execution_id = ${made.id}`
  expect(own).toEqual({ input: 20, cost: 200 })
  expect([row['input_tokens'], row['cost_nano_usd']].map(Number)).toEqual([20, 200])
  const [source] =
    await fixture.owner`select status, input_tokens from executions.executions where id = ${id}`
  expect(source).toMatchObject({ status: 'waiting', input_tokens: '30' })
  const [events] = await fixture.owner`select count(*)::int as count, max(revision)::int as last
    from executions.events where execution_id = ${made.id}`
  expect(events?.['count']).toBe(events?.['last'])
})

test('a failed message can be forked from, a running one only after its end, one before it at any time', async () => {
  const id = await converse(['one', 'break it'])
  const failed = await fork({ id, at: 'message[1]' })
  expect(failed).toMatchObject({
    status: 'waiting',
    steps: [
      { status: 'succeeded' },
      { status: 'failed', output: 'Half of break it', error: { code: expect.any(String) } },
    ],
  })
  // What had failed comes along, in words too.
  await say(failed.id, 'else')
  const talk = ['Body\n\none', 'Half of Body\n\none', 'break it', 'Half of break it']
  expect(asked.at(-1)).toEqual([...talk, 'else'])
  await engine.command(id, { type: 'message', input: input('stay') })
  await eventually(async () => asked.at(-1)?.includes('stay'))
  expect(await codeOf({ id, at: 'message[2]' })).toBe('execution.busy')
  expect((await fork({ id, at: 'message[0]' })).steps).toHaveLength(1)
  expect(await fork({ id })).toMatchObject({ derivedFrom: { stepKey: 'message[1]' } })
  await engine.command(id, { type: 'cancel' })
  await settled(fixture.owner, id, 'canceled')
  await expect(engine.command(id, { type: 'message', input: input('more') })).rejects.toMatchObject({
    code: 'execution.ended',
    message: expect.stringContaining('forkExecution'),
  })
  const stopped = await fork({ id, at: 'message[2]' })
  expect(stopped).toMatchObject({ status: 'waiting' })
  await say(stopped.id, 'else')
  expect(asked.at(-1)).toEqual([...talk, 'stay', 'Half of stay', 'else'])
  const { data } = await engine.ask(`mutation ($id: ID!) { retryExecution(id: $id) { id } }`, { id })
  const again = (data['retryExecution'] as { id: string }).id
  await eventually(async () => asked.filter((words) => words.includes('stay')).length === 2)
  const steps =
    await fixture.owner`select status from executions.steps where execution_id = ${again} order by key`
  // The message that had failed before is neither asked nor paid again.
  expect(steps.slice(0, 2).map((step) => step['status'])).toEqual(['succeeded', 'failed'])
  await engine.command(again, { type: 'cancel' })
})

test('one key makes one fork, and stands for nothing else', async () => {
  const id = await converse(['one', 'two'])
  const key = newId()
  const made = await Promise.all([fork({ id, at: 'message[0]', key }), fork({ id, at: 'message[0]', key })])
  expect(new Set([...made, await fork({ id, at: 'message[0]', key })].map((each) => each.id)).size).toBe(1)
  expect(await codeOf({ id, at: 'message[1]', key })).toBe('idempotency.mismatch')
  for (const wrong of ['', 'x\u0000', 'x'.repeat(201)]) {
    expect(await codeOf({ id, at: 'message[0]', key: wrong })).toBe('input.invalid')
  }
  const [row] = await fixture.owner`select count(*)::int as count from executions.executions
    where derived_from_id = ${id}`
  expect(row?.['count']).toBe(1)
})

test('who may not see a conversation forks nothing; a shared one becomes their own and stays shared', async () => {
  const id = await converse(['one'])
  const colleague = { userId: newId() }
  for (const identity of [colleague, { organizationId: newId() }]) {
    expect(await codeOf({ id, at: 'message[0]' }, identity)).toBe('execution.not_found')
  }
  expect(await codeOf({ id: newId(), at: 'message[0]' })).toBe('execution.not_found')
  expect(await codeOf({ id: 'none', at: 'message[0]' })).toBe('execution.not_found')
  expect(await codeOf({ id, at: 'message[7]' })).toBe('step.not_found')
  expect(await codeOf({ id, at: 'message[0]' }, { role: 'viewer' })).toBe('auth.forbidden')
  const shared = await converse(['one'], { visibility: 'organization' })
  const made = await fork({ id: shared, at: 'message[0]' }, colleague)
  expect(made).toMatchObject({ visibility: 'organization' })
  const [row] = await fixture.owner`select owner_id, run_as from executions.executions where id = ${made.id}`
  expect(row).toMatchObject({ owner_id: colleague.userId, run_as: { userId: colleague.userId } })

  const lineage = (userId: string) =>
    requestUntilAnswered({
      nats: engine.nats,
      subject: lineageSubject,
      body: { executionId: made.id, organizationId: runAs.organizationId, userId },
      schema: lineageReplySchema,
      deadlineMs: 5_000,
      unanswered: 'nobody',
    })
  expect(await lineage(colleague.userId)).toEqual({
    ok: true,
    id: made.id,
    projectId: runAs.projectId,
    conversation: true,
    earlier: [shared],
  })
  expect(await lineage(runAs.userId)).toMatchObject({ ok: false, code: 'auth.forbidden' })
})

test('what is no conversation is not forked', async () => {
  const id = await engine.start({ steps: [modelStep('draft')] })
  await settled(fixture.owner, id, 'succeeded')
  expect(await codeOf({ id, at: 'draft' })).toBe('execution.not_conversation')
})

test('a model of an unknown provider is refused before anything is stored', async () => {
  const id = newId()
  const step = modelStep('draft', { input: { ...input('x'), model: 'nope/x' } })
  await expect(engine.start({ id, steps: [step] })).rejects.toMatchObject({
    code: 'input.invalid',
    message: expect.stringContaining('demo'),
  })
  expect(await fixture.owner`select 1 from executions.executions where id = ${id}`).toHaveLength(0)
  const chat = await converse(['one'])
  for (const command of [
    { type: 'message' as const, input: { ...input('x'), model: 'nope/x' } },
    { type: 'regenerate' as const, stepKey: 'message[0]', model: 'nope/x' },
  ]) {
    await expect(engine.command(chat, command)).rejects.toMatchObject({ code: 'input.invalid' })
  }
  expect(await fixture.owner`select 1 from executions.commands where execution_id = ${chat}`).toHaveLength(0)
})

test('a shared execution is stopped and ended by its owner and admins, written to by its owner alone', async () => {
  const id = await converse(['one'], { visibility: 'organization' })
  const kept = await converse(['one'])
  const commands = {
    stop: `mutation ($id: ID!) { stopStep(id: $id, stepKey: "message[1]") { id } }`,
    cancel: `mutation ($id: ID!) { cancelExecution(id: $id) { status } }`,
  }
  const code = async (query: string, of: string, who: Partial<Identity>) =>
    (await engine.ask(query, { id: of }, who)).errors?.[0]?.extensions.code ?? 'done'
  const admin = { userId: newId(), role: 'admin' as const }
  for (const command of [
    { type: 'message' as const, input: input('theirs') },
    { type: 'regenerate' as const, stepKey: 'message[0]' },
  ]) {
    const body = { executionId: id, runAs: { ...runAs, userId: admin.userId }, role: 'owner', command }
    const reply = await requestUntilAnswered({
      nats: engine.nats,
      subject: commandSubject,
      body,
      schema: executionReplySchema,
      deadlineMs: 5_000,
      unanswered: 'nobody',
    })
    expect(reply).toMatchObject({ ok: false, code: 'auth.forbidden' })
  }
  await engine.command(id, { type: 'message', input: input('stay') })
  for (const command of Object.values(commands)) {
    for (const role of ['member', 'viewer', 'service'] as const)
      expect(await code(command, id, { userId: newId(), role })).toBe('auth.forbidden')
    for (const role of ['member', 'admin', 'owner'] as const)
      expect(await code(command, kept, { userId: newId(), role })).toBe('execution.not_found')
    expect(await code(command, id, { ...admin, organizationId: newId() })).toBe('execution.not_found')
  }
  expect(await fixture.owner`select 1 from executions.commands where execution_id = ${id}`).toHaveLength(1)
  expect(await code(commands.stop, id, admin)).toBe('done')
  await settled(fixture.owner, id, 'waiting')
  expect(await code(commands.cancel, id, { ...admin, role: 'owner' })).toBe('done')
  await settled(fixture.owner, id, 'canceled')
})

test('a name is given by the owner alone, and told as an event', async () => {
  const id = await converse(['one'], { visibility: 'organization' })
  const RENAME = `mutation ($id: ID!, $name: String!) { renameExecution(id: $id, name: $name) { name revision } }`
  const { errors } = await engine.ask(RENAME, { id, name: 'Theirs' }, { userId: newId() })
  expect(errors?.[0]?.extensions.code).toBe('auth.forbidden')
  const { data } = await engine.ask(RENAME, { id, name: ' Mine ' })
  expect(data['renameExecution']).toMatchObject({ name: 'Mine' })
  const events = await fixture.owner`select type from executions.events where execution_id = ${id}
    order by revision desc limit 1`
  expect(events[0]?.['type']).toBe('renamed')
})

test('a fork whose storing breaks off at any of its writes leaves nothing, and the same key makes it whole', async () => {
  const id = await converse(['one', 'two'])
  const key = newId()
  const { owner } = fixture
  const tables = ['idempotency', 'executions', 'steps', 'events', 'unpublished', 'payloads']
  await owner`create or replace function executions.break_off() returns trigger language plpgsql as
    $$ begin raise exception 'broken off'; end $$`
  const counts = async () => {
    const [row] = await owner`select
      (select count(*) from executions.idempotency)::int as keys,
      (select count(*) from executions.executions)::int as executions,
      (select count(*) from executions.steps)::int as steps,
      (select count(*) from executions.events)::int as events,
      (select count(*) from executions.payloads)::int as payloads`
    return row
  }
  const before = await counts()
  for (const table of tables) {
    await owner`create trigger break_off before insert on ${owner('executions')}.${owner(table)}
      for each row execute function executions.break_off()`
    expect([table, await codeOf({ id, at: 'message[0]', key })]).not.toEqual([table, undefined])
    await owner`drop trigger break_off on ${owner('executions')}.${owner(table)}`
    expect([table, await counts()]).toEqual([table, before])
  }
  await owner`drop function executions.break_off()`
  const made = await fork({ id, at: 'message[0]', key })
  expect(made).toMatchObject({ status: 'waiting', steps: [{ output: 'Half of Body\n\none' }] })
  expect((await fork({ id, at: 'message[0]', key })).id).toBe(made.id)
})

test('a fork whose answer is lost right after its commit is found by its key', async () => {
  const id = await converse(['one'])
  const request = { executionId: id, runAs, trigger: 'api', idempotencyKey: newId(), stepKey: 'message[0]' }
  const lost = {
    ...engine,
    storage: {
      ...engine.storage,
      start: async (execution: Parameters<typeof engine.storage.start>[0]) => {
        await engine.storage.start(execution)
        throw new Error('killed')
      },
    },
  }
  await expect(forkExecution(lost, request)).rejects.toThrow('killed')
  const reply = await forkExecution(engine, request)
  const forks =
    await fixture.owner`select id, status from executions.executions where derived_from_id = ${id}`
  expect([...forks]).toEqual([{ id: reply.ok ? reply.id : '', status: 'waiting' }])
})
