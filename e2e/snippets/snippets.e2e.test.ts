import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

// A failure here means that nobody can tell which snippet, value or version an answer was made with.

const MINUTES_MS = 240_000
let running: Start

beforeAll(async () => {
  running = await startQuillworks({ dataDir: newDataDir(), env: { QUILLWORKS_DEMO_DELAY_MS: '0' } })
  await running.ready()
}, MINUTES_MS)

afterAll(async () => {
  await running.stop()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

interface Step {
  key: string
  status: string
  input: {
    body: string
    values: Record<string, unknown>
    sources: Record<string, string>
    snippets: { id: string; name: string; version: number }[]
    prompt: { version: number; label?: string }
  }
}

/** Asks one mutation for an id. */
async function mutate(field: string, kind: string, input: object): Promise<string> {
  const query = `mutation ($input: ${kind}!) { done: ${field}(input: $input) { id } }`
  return (await askAsOwner<{ done: { id: string } }>(running, query, { input })).done.id
}

/** The steps of a conversation, once it waits for the next message and has so many. */
async function stepsOf(id: string, count: number): Promise<Step[]> {
  let steps: Step[] = []
  const waits = async () => {
    const { execution } = await askAsOwner<{ execution: { status: string; steps: Step[] } }>(
      running,
      'query ($id: ID!) { execution(id: $id) { status steps { key status input } } }',
      { id },
    )
    ;({ steps } = execution)
    return execution.status === 'waiting' && steps.length === count
  }
  expect(await waitUntil({ condition: waits, timeoutMs: 60_000, everyMs: 50 })).toBe(true)
  return steps
}

test('each message keeps the snippets, values and version that it was made with, however they change', async () => {
  const snippetId = await mutate('createSnippet', 'CreateSnippetInput', {
    name: 'Company',
    text: 'Acme {{x}}',
  })
  await mutate('setVariable', 'SetVariableInput', { scope: 'organization', name: 'tone', value: 'warm' })
  const promptId = await mutate('createPrompt', 'CreatePromptInput', {
    title: 'Letter',
    body: 'For @company: {{topic}}, {{tone}}',
    variables: [{ name: 'tone', default: 'plain' }],
  })
  await askAsOwner(
    running,
    'mutation ($id: ID!) { labelPromptVersion(id: $id, label: "production", version: 1) { id } }',
    { id: promptId },
  )
  await mutate('updatePrompt', 'UpdatePromptInput', { id: promptId, body: 'Another text' })
  const id = await mutate('runPrompt', 'RunPromptInput', {
    promptId,
    label: 'production',
    values: { topic: '@company' },
    chat: true,
  })
  const [first] = await stepsOf(id, 1)
  expect(first?.input).toMatchObject({
    body: 'For Acme {{x}}: @company, warm',
    values: { topic: '@company', tone: 'warm' },
    sources: { topic: 'call', tone: 'organization' },
    snippets: [{ id: snippetId, name: 'Company', version: 1 }],
    prompt: { version: 1, label: 'production' },
  })

  await mutate('updateSnippet', 'UpdateSnippetInput', { id: snippetId, text: 'Acme Ltd.' })
  await mutate('setVariable', 'SetVariableInput', { scope: 'user', name: 'tone', value: 'dry' })
  await mutate('sendMessage', 'SendMessageInput', {
    executionId: id,
    message: 'More',
    values: { topic: 'tea' },
  })
  const second = (await stepsOf(id, 2))[1]
  expect(second?.input).toMatchObject({
    body: 'For Acme Ltd.: tea, dry',
    sources: { topic: 'call', tone: 'user' },
    snippets: [{ id: snippetId, version: 2 }],
  })

  await mutate('regenerateMessage', 'RegenerateMessageInput', { executionId: id, stepKey: 'message[0]' })
  const steps = await stepsOf(id, 3)
  const again = steps.find(({ key }) => key === 'message[0]/again[1]')
  expect(again?.status).toBe('succeeded')
  expect(again?.input).toEqual(first?.input)
})
