import { afterAll, beforeAll, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { waitUntil } from '@quillworks/local-servers/processes'
import postgres from 'postgres'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

// A failure here means that the death of a process loses, doubles or mixes up what Quillworks had acknowledged.

const MINUTES_MS = 240_000
const LEASE_MS = 5_000
const repository = resolve(import.meta.dirname, '../..')
let running: Start
let promptId: string

interface Watched {
  exitCode: number
  /** What a person saw: the text as it was printed. */
  text: string
  log: string
}

interface Recorded {
  status: string
  output: unknown
  usage: Record<string, unknown>
  steps: {
    key: string
    status: string
    output: { text?: string } | string | null
    attempts: {
      number: number
      status: string
      usage: { outputTokens: number | null; costUsd: number | null }
    }[]
    usage: { outputTokens: number | null; unknownAttempts: number }
  }[]
}

beforeAll(async () => {
  running = await startQuillworks({
    dataDir: newDataDir(),
    env: { QUILLWORKS_LEASE_MS: String(LEASE_MS), QUILLWORKS_DEMO_DELAY_MS: '25' },
  })
  await running.ready()
  const created = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Crash', body: 'Write an essay about {{topic}} in 150 words', model: 'demo/writer' } },
  )
  promptId = created.createPrompt.id
}, MINUTES_MS)

afterAll(async () => {
  await running.stop()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

function isReady(): Promise<boolean> {
  return fetch(`${running.url}/readyz`).then(
    (response) => response.status === 200,
    () => false,
  )
}

/** Runs the prompt from a terminal, and calls `whileStreaming` once when some text has been printed. */
async function runPrompt(topic: string, whileStreaming: () => Promise<void>): Promise<Watched> {
  const words = ['run', 'prompt', promptId, '--var', `topic=${topic}`]
  const child = Bun.spawn([process.execPath, resolve(repository, 'cli/src/main.ts'), ...words], {
    cwd: repository,
    env: {
      PATH: process.env['PATH'] ?? '',
      QUILLWORKS_DATA_DIR: running.dataDir,
      QUILLWORKS_PORT: String(running.port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = new Response(child.stderr).text()
  const decoder = new TextDecoder()
  let text = ''
  let done = false
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true })
    if (!done && text.length > 100) {
      done = true
      await whileStreaming()
    }
  }
  return { exitCode: await child.exited, text, log: await log }
}

async function recorded(topic: string): Promise<Recorded> {
  const { executions } = await askAsOwner<{
    executions: { edges: { node: Recorded & { input: unknown } }[] }
  }>(
    running,
    `{ executions(first: 50) { edges { node { status output input usage { inputTokens outputTokens totalTokens unknownAttempts }
      steps { key status output usage { outputTokens unknownAttempts } attempts { number status usage { outputTokens costUsd } } } } } } }`,
  )
  const found = executions.edges
    .map((edge) => edge.node)
    .filter((node) => JSON.stringify(node).includes(topic))
  expect(found).toHaveLength(1)
  return found[0] as Recorded
}

function textOf(step: Recorded['steps'][number] | undefined): string {
  const output = step?.output
  return (typeof output === 'string' ? output : (output?.text ?? '')).trim()
}

/** What holds after every crash: the run succeeded once, was printed whole and once, and its sums are the attempts'. */
async function expectWhole(topic: string, watched: Watched): Promise<Recorded> {
  expect(watched).toMatchObject({ exitCode: 0 })
  const execution = await recorded(topic)
  expect(execution.status).toBe('succeeded')
  expect(execution.steps).toHaveLength(1)
  const [step] = execution.steps
  expect(watched.text.trim()).toBe(textOf(step))
  expect(step?.attempts.filter((attempt) => attempt.status === 'succeeded')).toHaveLength(1)
  const known = step?.attempts.reduce((sum, attempt) => sum + (attempt.usage.outputTokens ?? 0), 0)
  expect(step?.usage.outputTokens).toBe(known ?? -1)
  expect(execution.usage['outputTokens']).toBe(known)
  return execution
}

async function kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const mark = running.processes().get(name)
  if (!mark) throw new Error(`${name} does not run`)
  process.kill(mark.pid, signal)
}

async function recover(): Promise<void> {
  expect(await waitUntil({ condition: isReady, timeoutMs: 60_000 })).toBe(true)
}

test(
  'a run outlives kill -9 of the engine: its attempt is marked lost, another one succeeds',
  async () => {
    const watched = await runPrompt('lighthouses', () => kill('executions'))
    const { steps } = await expectWhole('lighthouses', watched)
    expect(steps[0]?.attempts.map((attempt) => attempt.status)).toEqual(['lost', 'succeeded'])
    expect(steps[0]?.attempts[0]?.usage).toEqual({ outputTokens: null, costUsd: null })
    expect(steps[0]?.usage.unknownAttempts).toBe(1)
    await recover()
  },
  MINUTES_MS,
)

for (const [name, topic] of [
  ['gateway', 'harbours'],
  ['prompts', 'windmills'],
  ['nats', 'orchards'],
] as const) {
  test(
    `a run outlives kill -9 of ${name}, and its text is seen once and whole`,
    async () => {
      const watched = await runPrompt(topic, () => kill(name))
      const { steps } = await expectWhole(topic, watched)
      expect(steps[0]?.attempts).toHaveLength(1)
      await recover()
    },
    MINUTES_MS,
  )
}

test(
  'a run outlives an orderly stop of the gateway, and its text is seen once and whole',
  async () => {
    const watched = await runPrompt('canals', () => kill('gateway', 'SIGTERM'))
    const { steps } = await expectWhole('canals', watched)
    expect(steps[0]?.attempts).toHaveLength(1)
    await recover()
  },
  MINUTES_MS,
)

test(
  'a run outlives kill -9 of Postgres',
  async () => {
    const watched = await runPrompt('glaciers', () => kill('postgres'))
    await expectWhole('glaciers', watched)
    await recover()
  },
  MINUTES_MS,
)

test(
  'a run outlives kill -9 of everything at once, and is whole after the next start',
  async () => {
    const { runPrompt: started } = await askAsOwner<{ runPrompt: { id: string } }>(
      running,
      'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
      { input: { promptId, values: { topic: 'volcanoes' } } },
    )
    await running.killAll()
    running = await startQuillworks({
      dataDir: running.dataDir,
      env: { QUILLWORKS_LEASE_MS: String(LEASE_MS) },
    })
    await running.ready()
    const status = async () =>
      (
        await askAsOwner<{ execution: { status: string } }>(
          running,
          'query($id: ID!) { execution(id: $id) { status } }',
          { id: started.id },
        )
      ).execution.status
    expect(
      await waitUntil({ condition: async () => (await status()) === 'succeeded', timeoutMs: 60_000 }),
    ).toBe(true)
  },
  MINUTES_MS,
)

test('what is stored equals what is told: sums over attempts, steps as events fold, nothing left to publish', async () => {
  const sql = postgres(running.runtime().databaseUrl, { max: 1, onnotice: () => {} })
  const unpublished = async () => (await sql`select 1 from executions.unpublished limit 1`).length === 0
  expect(await waitUntil({ condition: unpublished, timeoutMs: 30_000 })).toBe(true)
  const gaps = await sql`
    select execution_id from executions.events group by execution_id
    having count(*) <> max(revision) or min(revision) <> 1`
  expect([...gaps]).toEqual([])
  await sql.end()
})
