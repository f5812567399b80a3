import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

// A failure here means that an optimized prompt can lose a placeholder or a snippet without a word.

const MINUTES_MS = 240_000
const model = 'openai/gpt-4.1-mini'
let running: Start
let models: ModelServer

interface Result {
  done: boolean
  title: string
  system: string
  body: string
  lost: string[]
  added: string[]
  corrected: boolean
  problems: string[]
  variables: { name: string }[]
}

interface Execution {
  status: string
  track: boolean
  usage: { outputTokens: number | null }
  steps: { key: string; status: string; output: unknown }[]
}

beforeAll(async () => {
  models = startModelServer()
  running = await startQuillworks({
    dataDir: newDataDir(),
    env: {
      OPENAI_API_KEY: 'key-of-this-test',
      OPENAI_BASE_URL: models.openaiBaseUrl,
      QUILLWORKS_DEMO_DELAY_MS: '0',
    },
  })
  await running.ready()
}, MINUTES_MS)

afterAll(async () => {
  await running.stop()
  await models.close()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

/** Starts one of the three and waits for its end. */
async function optimize(mutation: string, input: object): Promise<{ execution: Execution; result: Result }> {
  const kind = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  const started = await askAsOwner<{ started: { id: string } }>(
    running,
    `mutation ($input: ${kind}!) { started: ${mutation}(input: $input) { id } }`,
    { input },
  )
  const { id } = started.started
  let execution: Execution | undefined
  const ended = async () => {
    const seen = await askAsOwner<{ execution: Execution }>(
      running,
      `query ($id: ID!) { execution(id: $id) {
        status track usage { outputTokens } steps { key status output } } }`,
      { id },
    )
    execution = seen.execution
    return ['succeeded', 'failed', 'timed_out', 'canceled'].includes(execution.status)
  }
  expect(await waitUntil({ condition: ended, timeoutMs: 120_000, everyMs: 100 })).toBe(true)
  if (!execution) throw new Error('nothing was read')
  const { optimizationResult } = await askAsOwner<{ optimizationResult: Result }>(
    running,
    `query ($id: ID!) { optimizationResult(executionId: $id) {
      done title system body lost added corrected problems variables { name } } }`,
    { id },
  )
  return { execution, result: optimizationResult }
}

const placeholders = Array.from({ length: 12 }, (_, n) => `{{value_${n + 1}}}`)
const snippets = ['@company-info', '@tone', '@sign-off']
const system = `You write for ${snippets[0]}, ${snippets[1]}.`
const body = `Write a report.\n${placeholders.map((each, n) => `Part ${n + 1}: ${each}`).join('\n')}\n${snippets[2]}`
const answerWith = (text: string) => `<system>\n${system}\n</system>\n<body>\n${text}\n</body>`

describe('twelve placeholders and three snippets', () => {
  test('stay, where the model keeps them: it is asked once', async () => {
    for (const part of ['whole', 'system']) {
      const { execution, result } = await optimize('optimizePrompt', {
        title: 'Report',
        system,
        body,
        part,
        model: 'demo/writer',
      })
      expect(execution).toMatchObject({ status: 'succeeded', track: false })
      expect(result).toMatchObject({ done: true, lost: [], added: [], corrected: false, problems: [] })
      for (const each of [...placeholders, ...snippets]) expect(result.system + result.body).toContain(each)
      expect(result.system + result.body).not.toBe(system + body)
      const second = execution.steps.find(({ key }) => key === 'message[1]')
      expect(second).toMatchObject({ status: 'succeeded', output: null })
    }
  })

  test('come back, where the model drops some and is told which', async () => {
    const dropped = body.replace('{{value_7}}', '').replace('@sign-off', '')
    models.script(
      { model: 'gpt-4.1-mini', text: answerWith(dropped) },
      { model: 'gpt-4.1-mini', text: answerWith(`Better.\n${body}`) },
    )
    const calls = models.calls.length
    const { execution, result } = await optimize('optimizePrompt', { title: 'Report', system, body, model })
    expect(result).toMatchObject({ body: `Better.\n${body}`, lost: [], corrected: true })
    expect(models.calls).toHaveLength(calls + 2)
    const asked = JSON.stringify(models.calls.at(-1)?.body)
    expect(asked).toContain('Your answer leaves out: {{value_7}}, @sign-off')
    expect(execution.steps.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'message[0] succeeded',
      'check succeeded',
      'message[1] succeeded',
      'result succeeded',
    ])
    expect(execution.usage.outputTokens).toBeGreaterThan(0)
  })

  test('are shown as lost, where the model drops them twice', async () => {
    const dropped = answerWith(body.replace('{{value_7}}', ''))
    models.script({ model: 'gpt-4.1-mini', text: dropped }, { model: 'gpt-4.1-mini', text: dropped })
    const { result } = await optimize('optimizePrompt', { title: 'Report', system, body, model })
    expect(result).toMatchObject({ lost: ['{{value_7}}'], corrected: true })
  })
})

test('a prompt is generated and named by the demo model, and can be saved and run', async () => {
  const description = 'Invitations to the summer party of our choir'
  const { result } = await optimize('generatePrompt', { description, model: 'demo/writer' })
  expect(result.problems).toEqual([])
  expect(result.title).toContain('Invitations')
  for (const { name } of result.variables) expect(result.body).toContain(`{{${name}}}`)
  const named = await optimize('generateTitle', { body: result.body, model: 'demo/writer' })
  expect(named.result.title).not.toBe('')
  const { createPrompt } = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: named.result.title, system: result.system, body: result.body } },
  )
  expect(createPrompt.id).toBeTruthy()
})

test('none of them stands in the history', async () => {
  const { executions } = await askAsOwner<{ executions: { edges: { node: { kind: string } }[] } }>(
    running,
    '{ executions(first: 50) { edges { node { kind } } } }',
  )
  expect(executions.edges).toEqual([])
})
