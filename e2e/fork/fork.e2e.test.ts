import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import postgres from 'postgres'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

// A failure here means that a fork of a conversation can be half, double, unpaid for, or unable to go on.

const MINUTES_MS = 240_000
let running: Start
let sql: postgres.Sql
let promptId: string
let conversationId: string

interface Conversation {
  id: string
  name: string
  status: string
  derivedFrom: { id: string; stepKey: string | null; reason: string } | null
  usage: { outputTokens: number | null; costUsd: number | null }
  steps: {
    key: string
    status: string
    input: { message: string; values: Record<string, string>; body: string }
    output: string | null
    attempts: { status: string; usage: { outputTokens: number | null } }[]
  }[]
}

const FIELDS = `id name status derivedFrom { id stepKey reason } usage { outputTokens costUsd }
  steps { key status input output attempts { status usage { outputTokens } } }`
const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }`
const FORK = `mutation ($id: ID!, $at: String!, $key: String!) { forkExecution(id: $id, stepKey: $at, idempotencyKey: $key) { ${FIELDS} } }`

beforeAll(async () => {
  running = await startQuillworks({
    dataDir: newDataDir(),
    env: { QUILLWORKS_LEASE_MS: '5000', QUILLWORKS_DEMO_DELAY_MS: '10' },
  })
  await running.ready()
  sql = postgres(running.runtime().databaseUrl, { max: 1, onnotice: () => {} })
  const { createPrompt } = await ask<{ createPrompt: { id: string } }>(
    'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Guide', body: 'Write a paragraph about {{topic}}.', model: 'demo/writer' } },
  )
  promptId = createPrompt.id
  const { runPrompt } = await ask<{ runPrompt: { id: string } }>(
    'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId, values: { topic: 'lighthouses' }, chat: true } },
  )
  conversationId = runPrompt.id
  await waiting(conversationId)
  for (const message of ['Shorter, please', 'And in verse']) await send(conversationId, message)
}, MINUTES_MS)

afterAll(async () => {
  await sql.end()
  await running.stop()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  return askAsOwner<Data>(running, query, variables)
}

/** Asks again until it is answered, as a client does whose answer was lost. */
async function askUntilAnswered<Data>(query: string, variables: object): Promise<Data> {
  let answer: Data | undefined
  let refusal: unknown
  const answered = await waitUntil({
    condition: async () => {
      try {
        answer = await ask<Data>(query, variables)
        return true
      } catch (error) {
        refusal = error
        return false
      }
    },
    timeoutMs: 60_000,
  })
  if (!answered || answer === undefined) throw new Error('never answered', { cause: refusal })
  return answer
}

async function read(id: string): Promise<Conversation> {
  const query = `query ($id: ID!) { execution(id: $id) { ${FIELDS} } }`
  return (await askUntilAnswered<{ execution: Conversation }>(query, { id })).execution
}

async function waiting(id: string): Promise<Conversation> {
  let last = await read(id)
  const condition = async () => (last = await read(id)).status === 'waiting'
  if (!(await waitUntil({ condition, timeoutMs: 60_000 }))) throw new Error(JSON.stringify(last))
  return last
}

/** Sends a message under a key of its own until it is acknowledged, and waits for its answer. */
async function send(id: string, message: string, topic = 'harbours'): Promise<Conversation> {
  const input = { executionId: id, message, values: { topic }, idempotencyKey: Bun.randomUUIDv7() }
  await askUntilAnswered(SEND, { input })
  return waiting(id)
}

function kill(name: string): void {
  const mark = running.processes().get(name)
  if (!mark) throw new Error(`${name} does not run`)
  process.kill(mark.pid, 'SIGKILL')
}

async function runsAgain(name: string): Promise<void> {
  const condition = async () =>
    running.processes().has(name) && (await fetch(`${running.url}/readyz`)).status === 200
  const safely = () => condition().catch(() => false)
  expect(await waitUntil({ condition: safely, timeoutMs: 60_000 })).toBe(true)
}

async function fork(at: string, key: string = Bun.randomUUIDv7()): Promise<Conversation> {
  const variables = { id: conversationId, at, key }
  return (await askUntilAnswered<{ forkExecution: Conversation }>(FORK, variables)).forkExecution
}

async function conversationsOfPrompt(): Promise<{ id: string; derivedFrom: { id: string } | null }[]> {
  const { executions } = await ask<{
    executions: { edges: { node: { id: string; derivedFrom: { id: string } | null } }[] }
  }>(
    `query ($id: ID!) { executions(filter: { sourceId: $id, kind: ["chat"] }) { edges { node { id derivedFrom { id } } } } }`,
    { id: promptId },
  )
  return executions.edges.map(({ node }) => node)
}

test('a conversation is named after its prompt and what it is about', async () => {
  expect((await read(conversationId)).name).toBe('Guide · lighthouses')
})

test(
  'killing executions while it forks leaves no fork or a whole one, and the same key finds just one',
  async () => {
    const source = await read(conversationId)
    const key = Bun.randomUUIDv7()
    const variables = { id: conversationId, at: 'message[1]', key }
    const lost = ask(FORK, variables).catch(() => undefined)
    kill('executions')
    await lost
    const made = await fork('message[1]', key)
    expect(made).toMatchObject({
      status: 'waiting',
      name: source.name,
      derivedFrom: { id: conversationId, stepKey: 'message[1]', reason: 'fork' },
      usage: { outputTokens: 0, costUsd: 0 },
    })
    const withoutAttempts = source.steps.slice(0, 2).map((step) => ({ ...step, attempts: [] }))
    expect(made.steps).toEqual(withoutAttempts)
    await runsAgain('executions')
    const forks = (await conversationsOfPrompt()).filter((each) => each.derivedFrom?.id === conversationId)
    expect(forks.map(({ id }) => id)).toEqual([made.id])
  },
  MINUTES_MS,
)

test(
  'a fork goes on, with values of its own, through the death of executions and of prompts',
  async () => {
    const made = await fork('message[0]')
    const sent = send(made.id, 'Tell me everything, at great length', 'windmills')
    const isStreaming = async () =>
      (await sql`select 1 from executions.steps where execution_id = ${made.id} and status = 'streaming'`)
        .length > 0
    expect(await waitUntil({ condition: isStreaming, timeoutMs: 60_000 })).toBe(true)
    kill('executions')
    const first = await sent
    expect(first.steps[1]).toMatchObject({
      key: 'message[1]',
      status: 'succeeded',
      input: { message: 'Tell me everything, at great length', values: { topic: 'windmills' } },
      attempts: [{ status: 'lost' }, { status: 'succeeded' }],
    })
    expect(first.steps[1]?.input.body).toContain('windmills')
    await runsAgain('executions')

    const another = await fork('message[2]')
    kill('prompts')
    const second = await send(another.id, 'Once more')
    expect(second.steps.map((step) => [step.key, step.status])).toEqual(
      [0, 1, 2, 3].map((n) => [`message[${n}]`, 'succeeded']),
    )
    await runsAgain('prompts')
    const { regenerateMessage } = await ask<{ regenerateMessage: { id: string } }>(
      `mutation ($input: RegenerateMessageInput!) { regenerateMessage(input: $input) { id } }`,
      { input: { executionId: another.id, stepKey: 'message[1]' } },
    )
    expect((await waiting(regenerateMessage.id)).steps.at(-1)?.key).toBe('message[1]/again[1]')
  },
  MINUTES_MS,
)

test(
  'a conversation that was canceled and retried goes on too',
  async () => {
    const made = await fork('message[0]')
    const write = (operation: string) =>
      ask<Record<string, { id: string }>>(`mutation ($id: ID!) { ${operation}(id: $id) { id } }`, {
        id: made.id,
      })
    await write('cancelExecution')
    const ended = async () => (await read(made.id)).status === 'canceled'
    expect(await waitUntil({ condition: ended, timeoutMs: 30_000 })).toBe(true)
    const { retryExecution } = await write('retryExecution')
    const again = await send(retryExecution?.id ?? '', 'Where were we?')
    expect(again).toMatchObject({ derivedFrom: { id: made.id, reason: 'retry' }, status: 'waiting' })
    expect(again.steps.map((step) => step.status)).toEqual(['succeeded', 'succeeded'])
  },
  MINUTES_MS,
)

test('a model of an unknown provider is refused at once, and nothing of it is stored', async () => {
  const count = async () => {
    const [row] = await sql`select (select count(*) from executions.executions)::int as executions,
      (select count(*) from prompts.conversations)::int as conversations, (select count(*) from executions.commands)::int as commands`
    return row
  }
  const before = await count()
  const run = (input: object) =>
    ask('mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }', {
      input: { promptId, values: { topic: 'x' }, model: 'nope/x', ...input },
    })
  const message = { executionId: conversationId, message: 'Hi', values: { topic: 'x' }, model: 'nope/x' }
  for (const refused of [
    () => run({ chat: true }),
    () => run({ chat: false }),
    () => ask(SEND, { input: message }),
  ]) {
    const error = await refused().then(String, String)
    expect(error).toContain('input.invalid')
    expect(error).toContain('demo, openai, anthropic, xai')
  }
  expect(await count()).toEqual(before)
})

test("sums are those of each conversation's own attempts", async () => {
  const wrong = await sql`
    select e.id from executions.executions e left join executions.attempts a on a.execution_id = e.id
    group by e.id, e.output_tokens, e.cost_nano_usd
    having coalesce(e.output_tokens, 0) <> coalesce(sum(a.output_tokens), 0)
      or coalesce(e.cost_nano_usd, 0) <> coalesce(sum(a.cost_nano_usd), 0)`
  expect([...wrong]).toEqual([])
  const { usage } = await ask<{ usage: { outputTokens: number } }>('{ usage { outputTokens } }')
  const [all] = await sql`select sum(output_tokens)::int as tokens from executions.attempts`
  expect(usage.outputTokens).toBe(all?.['tokens'])
})
