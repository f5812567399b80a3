import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import { print } from 'graphql'
import {
  executionQuery,
  pageOfEvents,
  type ExecutionDetail,
  type ExecutionEvent,
} from '../../web/src/lib/executions/execution.documents.ts'
import { engineEventOf, foldDetail } from '../../web/src/lib/executions/fold/fold-detail.ts'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

const MINUTES_MS = 240_000
const model = 'openai/gpt-4o-mini'

let dataDir: string
let running: Start
let models: ModelServer
let promptId: string

beforeAll(async () => {
  dataDir = newDataDir()
  models = startModelServer()
  running = await startQuillworks({
    dataDir,
    env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: models.openaiBaseUrl },
  })
  await running.ready()
  const { createPrompt } = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Note', body: 'Write a note.', model } },
  )
  promptId = createPrompt.id
}, MINUTES_MS)

afterAll(async () => {
  await running?.stop()
  await models?.close()
  removeDataDir(dataDir)
}, MINUTES_MS)

async function read(id: string): Promise<ExecutionDetail> {
  const { execution } = await askAsOwner<{ execution: ExecutionDetail }>(running, print(executionQuery), {
    id,
  })
  return execution
}

async function eventsOf(id: string): Promise<ExecutionEvent[]> {
  const answer = await askAsOwner<{ execution: { events: { edges: { node: ExecutionEvent }[] } } }>(
    running,
    print(pageOfEvents),
    { id },
  )
  return answer.execution.events.edges.map(({ node }) => node)
}

async function begin(chat: boolean): Promise<string> {
  const { runPrompt } = await askAsOwner<{ runPrompt: { id: string } }>(
    running,
    'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId, chat } },
  )
  return runPrompt.id
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  if (!(await waitUntil({ condition, timeoutMs: 60_000 }))) throw new Error(`Never came: ${what}`)
}

/** The execution in that state, at a later revision than `after`. */
async function reached(id: string, status: string, after = 0): Promise<ExecutionDetail> {
  let seen: ExecutionDetail | undefined
  await until(status, async () => {
    seen = await read(id)
    return seen.status === status && seen.revision > after
  })
  if (!seen) throw new Error('It was read at least once')
  return seen
}

/** What events tell: everything but content. */
function withoutContent(execution: ExecutionDetail): unknown {
  const steps = execution.steps.map(({ input: _input, output: _output, ...step }) => step)
  return { ...execution, output: null, steps }
}

/** Folds what came after `early` onto it, and compares with what the server says in the end. */
async function expectFolds(early: ExecutionDetail, late: ExecutionDetail): Promise<void> {
  expect(late.revision).toBeGreaterThan(early.revision)
  const events = (await eventsOf(early.id)).filter(
    ({ revision }) => revision > early.revision && revision <= late.revision,
  )
  expect(events.map(({ revision }) => revision)).toEqual(
    Array.from({ length: late.revision - early.revision }, (_, n) => early.revision + 1 + n),
  )
  expect(withoutContent(foldDetail(early, events.map(engineEventOf)))).toEqual(withoutContent(late))
}

test(
  'a run read once and then followed by its events alone is what the server has',
  async () => {
    models.script({ tokens: ['One ', 'note.'], chunkDelayMs: 50, usage: { inputTokens: 5, outputTokens: 2 } })
    const id = await begin(false)
    const early = await read(id)
    await expectFolds(early, await reached(id, 'succeeded'))
  },
  MINUTES_MS,
)

test(
  'attempts that fail and are made again are told by events alone',
  async () => {
    models.script({ fault: { kind: 'status', status: 500, message: 'Busy.' } })
    models.script({ tokens: ['Second ', 'try.'], usage: { inputTokens: 5, outputTokens: 2 } })
    const id = await begin(false)
    const early = await read(id)
    const late = await reached(id, 'succeeded')
    expect(late.steps[0]?.attempts.length).toBeGreaterThan(1)
    await expectFolds(early, late)
  },
  MINUTES_MS,
)

test(
  'a conversation with an answer that was stopped, one made again and one more message is told by events alone',
  async () => {
    models.script({ tokens: Array.from({ length: 400 }, (_, n) => `word${n} `), chunkDelayMs: 20 })
    const id = await begin(true)
    await until('text on its way', async () =>
      (await read(id)).steps.some(({ status }) => status === 'streaming'),
    )
    const early = await read(id)
    const [first] = early.steps
    if (!first) throw new Error('A conversation has a message')
    const stop = 'mutation ($id: ID!, $key: String!) { stopStep(id: $id, stepKey: $key) { id } }'
    await askAsOwner(running, stop, { id, key: first.key })
    const stopped = await reached(id, 'waiting')
    await expectFolds(early, stopped)

    models.script({ tokens: ['Again.'], usage: { inputTokens: 7, outputTokens: 1 } })
    await askAsOwner(
      running,
      'mutation ($input: RegenerateMessageInput!) { regenerateMessage(input: $input) { id } }',
      { input: { executionId: id, stepKey: first.key } },
    )
    const again = await reached(id, 'waiting', stopped.revision)
    models.script({ tokens: ['More.'], usage: { inputTokens: 9, outputTokens: 1 } })
    await askAsOwner(running, 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }', {
      input: { executionId: id, message: 'And more' },
    })
    const late = await reached(id, 'waiting', again.revision)
    expect(late.steps).toHaveLength(3)
    await expectFolds(again, late)
    await expectFolds(early, late)
  },
  MINUTES_MS,
)
