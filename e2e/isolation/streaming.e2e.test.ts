import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import postgres from 'postgres'
import { askAsOwner } from '../support/api.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'
import { type Caller, join, ownerIn } from './callers.ts'

const MINUTES_MS = 240_000
let running: Start
let sql: postgres.Sql
const callers: Record<string, Caller> = {}

beforeAll(async () => {
  // So slow that nothing here has ended when it is asked for.
  running = await startQuillworks({ dataDir: newDataDir(), env: { QUILLWORKS_DEMO_DELAY_MS: '200' } })
  await running.ready()
  sql = postgres(running.runtime().databaseUrl, { max: 1, onnotice: () => {} })
  const owner = ownerIn(running)
  const { createOrganization } = await askAsOwner<{ createOrganization: { id: string } }>(
    running,
    'mutation { createOrganization(name: "Second") { id } }',
  )
  const elsewhere = ownerIn(running, createOrganization.id)
  Object.assign(callers, {
    owner,
    'the owner in another organization': elsewhere,
    'a stranger': await join(running, elsewhere, 'stranger@example.com', 'admin'),
    'a colleague': await join(running, owner, 'colleague@example.com', 'member'),
    'an admin': await join(running, owner, 'admin@example.com', 'admin'),
    'a viewer': await join(running, owner, 'viewer@example.com', 'viewer'),
  })
}, MINUTES_MS)

afterAll(async () => {
  await sql.end()
  await running.stop()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

async function startStreaming(visibility: string): Promise<string> {
  const { createPrompt } = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: visibility, body: 'A story', model: 'demo/writer', visibility } },
  )
  const { runPrompt } = await askAsOwner<{ runPrompt: { id: string } }>(
    running,
    'mutation($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId: createPrompt.id } },
  )
  const { id } = runPrompt
  const streams = async () => {
    const query = 'query($id: ID!) { execution(id: $id) { steps { status } } }'
    const { execution } = await askAsOwner<{ execution: { steps: { status: string }[] } }>(running, query, {
      id,
    })
    return execution.steps[0]?.status === 'streaming'
  }
  expect(await waitUntil({ condition: streams, timeoutMs: 60_000 })).toBe(true)
  return id
}

const subscriptions = [
  'subscription ($id: ID!) { executionStream(id: $id) { stepKey attempt offset text } }',
  'subscription ($id: ID!) { executionUpdated(id: $id) { id status visibility } }',
]

/** When the connections on which executions reads in somebody's name were last used. */
async function lastReads(): Promise<string[]> {
  const rows = await sql<{ at: string }[]>`
    select query_start::text as at from pg_stat_activity where application_name = 'executions' order by pid`
  return rows.map(({ at }) => at)
}

test.each([
  ['private', ['owner']],
  ['organization', ['owner', 'a colleague', 'an admin', 'a viewer']],
])(
  'what streams and is %s is given by who carries it out to those who may see it',
  async (visibility, readers) => {
    const id = await startStreaming(visibility)
    const before = await lastReads()
    expect(before.length).toBeGreaterThan(0)
    for (const name of readers) {
      for (const query of subscriptions) {
        const answer = await callers[name]?.(query, { id })
        expect({ name, errors: answer?.errors }).toEqual({ name, errors: [] })
        const [told] = Object.values(answer?.data ?? {})
        expect(told).toMatchObject(query.includes('text') ? { attempt: 1, offset: 0 } : { id, visibility })
      }
    }
    expect(await lastReads()).toEqual(before)

    for (const [name, caller] of Object.entries(callers)) {
      if (readers.includes(name)) continue
      for (const query of subscriptions) {
        const answer = await caller(query, { id })
        expect({ name, ...answer }).toEqual({ name, ...(await caller(query, { id: Bun.randomUUIDv7() })) })
        expect(answer.errors[0]?.extensions.code).toBe('execution.not_found')
      }
    }
    // What was refused was so by the database, which shows here.
    expect(await lastReads()).not.toEqual(before)
  },
)
