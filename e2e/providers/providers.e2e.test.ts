import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import postgres from 'postgres'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

// A failure here means that what a provider did is recorded as something else.

const MINUTES_MS = 240_000
let running: Start
let models: ModelServer
let promptId: string

interface Attempt {
  status: string
  error: { code: string } | null
  usage: { inputTokens: number | null; outputTokens: number | null; costUsd: number | null }
}

interface Run {
  status: string
  error: { code: string; message: string } | null
  output: unknown
  usage: {
    inputTokens: number | null
    outputTokens: number | null
    costUsd: number | null
    unknownAttempts: number
  }
  steps: { status: string; output: unknown; attempts: Attempt[] }[]
}

beforeAll(async () => {
  models = startModelServer()
  running = await startQuillworks({
    dataDir: newDataDir(),
    env: {
      OPENAI_API_KEY: 'key-of-this-test',
      OPENAI_BASE_URL: models.openaiBaseUrl,
      ANTHROPIC_API_KEY: 'key-of-this-test',
      ANTHROPIC_BASE_URL: models.anthropicBaseUrl,
      QUILLWORKS_MODEL_IDLE_MS: '1000',
    },
  })
  await running.ready()
  const created = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Providers', body: 'Say {{what}}', model: 'demo/writer' } },
  )
  promptId = created.createPrompt.id
}, MINUTES_MS)

afterAll(async () => {
  await running.stop()
  await models.close()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

/** Runs the prompt on a model and waits for its end. */
async function run(model: string): Promise<Run> {
  const { runPrompt } = await askAsOwner<{ runPrompt: { id: string } }>(
    running,
    'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId, model, values: { what: 'hello' } } },
  )
  let seen: Run | undefined
  const ended = async () => {
    const { execution } = await askAsOwner<{ execution: Run }>(
      running,
      `query($id: ID!) { execution(id: $id) { status error { code message } output
        usage { inputTokens outputTokens costUsd unknownAttempts }
        steps { status output attempts { status error { code } usage { inputTokens outputTokens costUsd } } } } }`,
      { id: runPrompt.id },
    )
    seen = execution
    return ['succeeded', 'failed', 'timed_out', 'canceled'].includes(execution.status)
  }
  expect(await waitUntil({ condition: ended, timeoutMs: 120_000, everyMs: 100 })).toBe(true)
  if (!seen) throw new Error('nothing was read')
  return seen
}

const whole = { text: 'Hello there, all of it.', usage: { inputTokens: 7, outputTokens: 5 } }

for (const [provider, model] of [
  ['OpenAI', 'openai/gpt-4.1-mini'],
  ['Anthropic', 'anthropic/claude-sonnet-4-5'],
] as const) {
  describe(provider, () => {
    const name = model.split('/')[1] ?? ''

    test('an answer is kept with its usage and its price', async () => {
      models.script({ model: name, ...whole })
      const execution = await run(model)
      expect(execution).toMatchObject({ status: 'succeeded', usage: { inputTokens: 7, outputTokens: 5 } })
      expect(execution.usage.costUsd).toBeGreaterThan(0)
      expect(JSON.stringify(execution.output)).toContain(whole.text)
    })

    test('a cut stream is a failed attempt of unknown usage, and the next one counts', async () => {
      models.script(
        { model: name, ...whole, fault: { kind: 'cut', afterChunk: 3 } },
        { model: name, ...whole },
      )
      const execution = await run(model)
      expect(execution.status).toBe('succeeded')
      const [step] = execution.steps
      expect(step?.attempts.map((attempt) => attempt.status)).toEqual(['failed', 'succeeded'])
      expect(step?.attempts[0]?.error?.code).toBe('model.truncated')
      expect(JSON.stringify(step?.output)).toContain(whole.text)
    })

    test('a stalled stream is seen after the idle limit', async () => {
      models.script(
        { model: name, ...whole, fault: { kind: 'stall', afterChunk: 3 } },
        { model: name, ...whole },
      )
      const { status, steps } = await run(model)
      expect(status).toBe('succeeded')
      expect(steps[0]?.attempts[0]).toMatchObject({ status: 'failed', error: { code: 'model.stalled' } })
    })

    test('an error inside a 200 is an error', async () => {
      models.script(
        { model: name, ...whole, fault: { kind: 'error_event', afterChunk: 2 } },
        { model: name, ...whole },
      )
      const { status, steps } = await run(model)
      expect(status).toBe('succeeded')
      expect(steps[0]?.attempts[0]).toMatchObject({ status: 'failed', error: { code: 'model.overloaded' } })
    })

    test('an answer without its usage is whole, and its usage unknown', async () => {
      models.script({ model: name, text: whole.text, fault: { kind: 'no_usage' } })
      const execution = await run(model)
      expect(execution.status).toBe('succeeded')
      expect(execution.usage).toMatchObject({ outputTokens: null, costUsd: null, unknownAttempts: 1 })
    })

    test('a key that is refused ends the run at once, with its reason', async () => {
      models.script({ model: name, fault: { kind: 'status', status: 401, message: 'bad key' } })
      const execution = await run(model)
      expect(execution).toMatchObject({ status: 'failed', error: { code: 'model.refused_key' } })
      expect(execution.steps[0]?.attempts).toHaveLength(1)
    })
  })
}

test('a 429 whose Retry-After makes no sense is tried again soon', async () => {
  models.script(
    {
      model: 'gpt-4.1-mini',
      fault: { kind: 'status', status: 429, retryAfter: '-5', message: 'slow down' },
    },
    { model: 'gpt-4.1-mini', ...whole },
  )
  const { status, steps } = await run('openai/gpt-4.1-mini')
  expect(status).toBe('succeeded')
  expect(steps[0]?.attempts[0]).toMatchObject({ status: 'failed', error: { code: 'model.rate_limited' } })
})

test.each(['openai/gpt-4.1-mini', 'anthropic/claude-sonnet-4-5'])(
  'a 429 of %s that asks for a day ends the run at once and names that pause',
  async (model) => {
    const name = model.split('/')[1] ?? ''
    const fault = { kind: 'status' as const, status: 429, retryAfter: '86400', message: 'slow down' }
    models.script({ model: name, fault })
    const { status, error, steps } = await run(model)
    expect({ status, code: error?.code }).toEqual({ status: 'failed', code: 'model.rate_limited' })
    expect(error?.message).toContain('a pause of 24 h')
    expect(steps[0]?.attempts).toHaveLength(1)
  },
)

test('every line of the log of executions is JSON, also what an SDK warns of', async () => {
  const name = 'claude-sonnet-4-5'
  models.script({ model: name, ...whole })
  expect((await run(`anthropic/${name}`)).status).toBe('succeeded')
  const lines = readFileSync(join(running.dataDir, 'logs/executions.log'), 'utf8').trim().split('\n')
  const parsed = lines.map((line) => JSON.parse(line) as { level: string; msg: string })
  expect(parsed).toContainEqual(
    expect.objectContaining({ level: 'warn', msg: expect.stringContaining(name) }),
  )
})

test('sums are those of the attempts, in the database as in the API', async () => {
  const { usage } = await askAsOwner<{ usage: { outputTokens: number; inputTokens: number } }>(
    running,
    '{ usage { outputTokens inputTokens } }',
  )
  const sql = postgres(running.runtime().databaseUrl, { max: 1, onnotice: () => {} })
  const [stored] = await sql<{ input: number; output: number }[]>`
    select sum(input_tokens)::int as input, sum(output_tokens)::int as output from executions.attempts`
  await sql.end()
  expect(usage).toEqual({ inputTokens: stored?.input ?? -1, outputTokens: stored?.output ?? -1 })
})
