import { expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { print } from 'graphql'
import {
  executionQuery,
  pageOfEvents,
  type ExecutionDetail,
  type ExecutionEvent,
} from '../../web/src/lib/executions/execution.documents.ts'
import { engineEventOf, foldDetail } from '../../web/src/lib/executions/fold/fold-detail.ts'
import { isTorn } from '../../web/src/lib/executions/fold/is-torn.ts'
import { askAsOwner } from '../support/api.ts'
import type { Start } from '../support/quillworks.ts'
import type { SignedIn } from '../support/signed-in.ts'

const MINUTES_MS = 240_000

async function read(running: Start, id: string): Promise<ExecutionDetail> {
  const { execution } = await askAsOwner<{ execution: ExecutionDetail }>(running, print(executionQuery), {
    id,
  })
  // As pages do: something happened meanwhile, and no event fits onto that.
  return isTorn(execution) ? read(running, id) : execution
}

async function eventsOf(running: Start, id: string): Promise<ExecutionEvent[]> {
  const answer = await askAsOwner<{ execution: { events: { edges: { node: ExecutionEvent }[] } } }>(
    running,
    print(pageOfEvents),
    { id },
  )
  return answer.execution.events.edges.map(({ node }) => node)
}

async function begin(running: Start, chat: boolean): Promise<string> {
  const { createPrompt } = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Note', body: 'Write a note.', model: 'openai/gpt-4o-mini' } },
  )
  const { runPrompt } = await askAsOwner<{ runPrompt: { id: string } }>(
    running,
    'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId: createPrompt.id, chat } },
  )
  return runPrompt.id
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  if (!(await waitUntil({ condition, timeoutMs: 60_000 }))) throw new Error(`Never came: ${what}`)
}

/** The execution in that state, at a later revision than `after`. */
async function reached(running: Start, id: string, status: string, after = 0): Promise<ExecutionDetail> {
  let seen: ExecutionDetail | undefined
  await until(status, async () => {
    seen = await read(running, id)
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
async function expectFolds(running: Start, early: ExecutionDetail, late: ExecutionDetail): Promise<void> {
  expect(late.revision).toBeGreaterThan(early.revision)
  const events = (await eventsOf(running, early.id)).filter(
    ({ revision }) => revision > early.revision && revision <= late.revision,
  )
  expect(events.map(({ revision }) => revision)).toEqual(
    Array.from({ length: late.revision - early.revision }, (_, n) => early.revision + 1 + n),
  )
  expect(withoutContent(foldDetail(early, events.map(engineEventOf)))).toEqual(withoutContent(late))
}

/** That pages which fold events show what the server says, on a product that was opened with a model key. */
export function testFolding(at: () => SignedIn): void {
  test(
    'a run read once and then followed by its events alone is what the server has',
    async () => {
      const { running, models } = at()
      models.script({
        tokens: ['One ', 'note.'],
        chunkDelayMs: 50,
        usage: { inputTokens: 5, outputTokens: 2 },
      })
      const id = await begin(running, false)
      const early = await read(running, id)
      await expectFolds(running, early, await reached(running, id, 'succeeded'))
    },
    MINUTES_MS,
  )

  test(
    'attempts that fail and are made again are told by events alone',
    async () => {
      const { running, models } = at()
      models.script({ fault: { kind: 'status', status: 500, message: 'Busy.' } })
      models.script({ tokens: ['Second ', 'try.'], usage: { inputTokens: 5, outputTokens: 2 } })
      const id = await begin(running, false)
      const early = await read(running, id)
      const late = await reached(running, id, 'succeeded')
      expect(late.steps[0]?.attempts.length).toBeGreaterThan(1)
      await expectFolds(running, early, late)
    },
    MINUTES_MS,
  )

  test(
    'a conversation with an answer that was stopped, one made again and one more message is told by events alone',
    async () => {
      const { running, models } = at()
      models.script({ tokens: Array.from({ length: 400 }, (_, n) => `word${n} `), chunkDelayMs: 20 })
      const id = await begin(running, true)
      await until('text on its way', async () =>
        (await read(running, id)).steps.some(({ status }) => status === 'streaming'),
      )
      const early = await read(running, id)
      const [first] = early.steps
      if (!first) throw new Error('A conversation has a message')
      const stop = 'mutation ($id: ID!, $key: String!) { stopStep(id: $id, stepKey: $key) { id } }'
      await askAsOwner(running, stop, { id, key: first.key })
      const stopped = await reached(running, id, 'waiting')
      await expectFolds(running, early, stopped)

      models.script({ tokens: ['Again.'], usage: { inputTokens: 7, outputTokens: 1 } })
      await askAsOwner(
        running,
        'mutation ($input: RegenerateMessageInput!) { regenerateMessage(input: $input) { id } }',
        { input: { executionId: id, stepKey: first.key } },
      )
      const again = await reached(running, id, 'waiting', stopped.revision)
      models.script({ tokens: ['More.'], usage: { inputTokens: 9, outputTokens: 1 } })
      await askAsOwner(
        running,
        'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { id } }',
        {
          input: { executionId: id, message: 'And more' },
        },
      )
      const late = await reached(running, id, 'waiting', again.revision)
      expect(late.steps).toHaveLength(3)
      await expectFolds(running, again, late)
      await expectFolds(running, early, late)
    },
    MINUTES_MS,
  )
}
