import { waitUntil } from '@quillworks/local-servers/processes'
import { newId } from '@quillworks/service-kit/ids'
import type { Page } from 'playwright-core'
import postgres from 'postgres'
import { askAsOwner } from '../support/api.ts'
import { homeOf } from '../support/browser.ts'
import type { Start } from '../support/quillworks.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'

export const old = 130

/** The running product with a prompt and `old` older executions, and its owner on a page. */
export interface History extends SignedIn {
  list: string
  promptId: string
  /** Runs the prompt and waits until it has ended; gives its id. */
  run(more?: object): Promise<string>
}

export async function openHistory(): Promise<History> {
  const at = await openSignedIn({ demo: true, env: { QUILLWORKS_DEMO_DELAY_MS: '0' } })
  const { running } = at
  const { createPrompt } = await askAsOwner<{ createPrompt: { id: string } }>(
    running,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Harbour letter', body: 'Write a letter about the harbour.', model: 'demo/writer' } },
  )
  const promptId = createPrompt.id
  await addOld(running)
  const list = `${homeOf(running)}/executions`
  return { ...at, list, promptId, run: (more = {}) => run(running, { promptId, ...more }) }
}

/** Who is signed in on a page. */
export const stateOf = (page: Page) => page.context().storageState()

async function run(running: Start, input: object): Promise<string> {
  const { runPrompt } = await askAsOwner<{ runPrompt: { id: string } }>(
    running,
    'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input },
  )
  const ended = async () => {
    const { execution } = await askAsOwner<{ execution: { status: string } }>(
      running,
      'query ($id: ID!) { execution(id: $id) { status } }',
      runPrompt,
    )
    return !['queued', 'running'].includes(execution.status)
  }
  if (!(await waitUntil({ condition: ended, timeoutMs: 30_000 }))) throw new Error('The run did not end.')
  return runPrompt.id
}

/** Executions of two months ago, as the engine leaves them when they have succeeded. */
async function addOld(running: Start): Promise<void> {
  const { viewer } = await askAsOwner<{
    viewer: { user: { id: string }; organization: { id: string }; project: { id: string } }
  }>(running, '{ viewer { user { id } organization { id } project { id } } }')
  const sql = postgres(running.runtime().databaseUrl, { max: 1, onnotice: () => {} })
  await sql`
    insert into executions.executions (id, organization_id, project_id, owner_id, visibility, kind, name, status, revision,
      track, trigger, source_type, source_id, source_name, source_version, plan_version, step_kinds, conversation, deadline_ms,
      run_as, request_hash, progress_done, progress_total, created_at, started_at, finished_at, input_tokens, output_tokens,
      cost_nano_usd)
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
      ${viewer.organization.id}, ${viewer.project.id}, ${viewer.user.id}, 'private', 'prompt', 'Ledger no. ' || n, 'succeeded', 4,
      true, 'manual', 'prompt', ${newId()}, 'Ledger', 2, 1, '{model}', false, 300000, '{}', 'x', 1, 1, at, at, at + interval '3 seconds',
      200 + n, 400, n * 1000000
    from (select n, now() - interval '60 days' - n * interval '1 hour' as at from generate_series(1, ${old}) n) made`
  await sql.end()
}
