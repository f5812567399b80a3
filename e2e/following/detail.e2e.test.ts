import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectNats } from '@quillworks/messaging/connect'
import { newId } from '@quillworks/service-kit/ids'
import type { Page } from 'playwright-core'
import { askAsOwner, secretOf } from '../support/api.ts'
import { startCallWorker, type CallWorker } from '../support/call-worker.ts'
import { look } from '../support/look.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'
import { testFolding } from './folding.ts'

const MINUTES_MS = 240_000

let at: SignedIn
let worker: CallWorker
let page: Page
let place: { organizationId: string; projectId: string; userId: string }

const natsUrl = () =>
  (JSON.parse(readFileSync(join(at.running.dataDir, 'runtime.json'), 'utf8')) as { natsUrl: string }).natsUrl

beforeAll(async () => {
  // One at a time: what is started beside it queues.
  at = await openSignedIn({ env: { QUILLWORKS_CAPACITY: '1' } })
  page = at.page
  const { viewer } = await askAsOwner<{
    viewer: { user: { id: string }; organization: { id: string }; project: { id: string } }
  }>(at.running, '{ viewer { user { id } organization { id } project { id } } }')
  place = { organizationId: viewer.organization.id, projectId: viewer.project.id, userId: viewer.user.id }
  worker = await startCallWorker({
    natsUrl: natsUrl(),
    secret: secretOf(at.running),
    organizationId: place.organizationId,
    ledgerFile: join(at.running.dataDir, 'worker.ledger'),
  })
}, MINUTES_MS)

afterAll(async () => {
  await worker?.close()
  await at?.close()
}, MINUTES_MS)

/** Starts a plan as a service would; gives the execution's id. */
async function start(name: string, steps: object[]): Promise<string> {
  const subject = 'qw-act.executions.start'
  const nats = await connectNats({
    url: natsUrl(),
    secret: secretOf(at.running),
    name: 'test',
    grants: { publish: [subject], subscribe: ['_INBOX.>'] },
  })
  const id = newId()
  const body = {
    id,
    kind: 'workflow',
    name,
    runAs: { ...place, scopes: ['*'] },
    plan: { version: 1, steps, input: { topic: 'rivers' } },
  }
  const reply = await nats.request(subject, JSON.stringify(body), { timeout: 10_000 })
  await nats.close()
  expect(reply.json()).toMatchObject({ ok: true })
  return id
}

const call = (key: string, after: string[], more: object = {}) => ({
  key,
  kind: 'call',
  after,
  retry: { maxAttempts: 2, delayMs: 100, maxDelayMs: 200 },
  input: { subject: worker.subject, body: { echo: key, delayMs: 300, ...more } },
})

const line = (name: RegExp) => page.getByRole('figure').getByRole('button', { name })

test(
  'a plan is seen live, canceled, and looked back at with its attempts and events, by keyboard alone',
  async () => {
    at.models.script({ tokens: ['A letter ', 'about ', 'rivers'], fault: { kind: 'stall', afterChunk: 2 } })
    await page.goto(`${at.running.url}/executions`)
    await page.getByRole('button', { name: 'Live', exact: true }).waitFor()
    const id = await start('Brief to letter', [
      { key: 'brief', kind: 'template', input: { template: 'On {{input.topic}}' } },
      call('research', ['brief'], { failFirst: true, delayMs: 900 }),
      call('figures', ['brief'], { delayMs: 500 }),
      {
        key: 'letter',
        kind: 'model',
        after: ['research', 'figures'],
        input: { model: 'openai/gpt-4o-mini', body: 'Write a letter.' },
      },
    ])
    await page.locator(`a[data-execution="${id}"]`).press('Enter')
    await line(/^letter ?: streaming/).waitFor()
    await page.getByRole('link', { name: 'Open', exact: true }).press('Enter')
    await page.waitForURL(`**/executions/${id}`)
    await page.getByRole('button', { name: 'Cancel' }).press('Enter')
    await line(/^letter ?: canceled/).waitFor()
    await page.getByText('A letter').waitFor()
    await page.getByText('4 of 4').waitFor()
    await look(page, 'execution', () => line(/^letter ?: canceled/).waitFor())

    await line(/^research ?: succeeded.*2 attempts/).press('Enter')
    await page.getByRole('tab', { name: /^Attempts/ }).press('Enter')
    await page.getByText('Not this time.').waitFor()

    await page.getByRole('button', { name: 'Look back' }).press('Enter')
    const slider = page.getByRole('slider', { name: 'Event' })
    await slider.press('Home')
    await page.getByText(/after event 1 of \d+: Created/).waitFor()
    await page.locator('h1 ~ [data-status=queued]').waitFor()
    for (let n = 0; n < 4; n += 1) await slider.press('ArrowRight')
    await page.getByText(/after event 5 of/).waitFor()
    await page.locator('h1 ~ [data-status=running]').waitFor()
    await look(page, 'execution-then', () => page.getByText(/after event 5 of/).waitFor())
    await page.getByRole('button', { name: 'Back to the present' }).press('Enter')
    await page.locator('h1 ~ [data-status=canceled]').waitFor()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'what failed says why, keeps what was made, and is tried again from there',
  async () => {
    at.models.script({
      tokens: ['The beginning ', 'of it'],
      fault: { kind: 'error_event', afterChunk: 1, type: 'server_error', message: 'Broke.' },
    })
    const id = await start('Doomed', [
      { key: 'brief', kind: 'template', input: { template: 'On {{input.topic}}' } },
      {
        key: 'letter',
        kind: 'model',
        after: ['brief'],
        retry: { maxAttempts: 1 },
        input: { model: 'openai/gpt-4o-mini', body: 'Write.' },
      },
    ])
    await page.goto(`${at.running.url}/executions/${id}`)
    await page.locator('h1 ~ [data-status=failed]').waitFor()
    await look(page, 'execution-failed', () => page.locator('h1 ~ [data-status=failed]').waitFor())
    at.models.script({ tokens: ['Whole.'], usage: { inputTokens: 3, outputTokens: 1 } })
    await page.getByRole('button', { name: 'Try again' }).press('Enter')
    await page.waitForURL((url) => url.pathname.includes('/executions/') && !url.pathname.endsWith(id))
    await page.getByText('Whole.').waitFor()
    await page.locator('h1 ~ [data-status=succeeded]').waitFor()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'what is queued is in the tray of every page with its turn, which moves up when what runs is canceled there',
  async () => {
    const stalls = { tokens: ['Some ', 'text'], fault: { kind: 'stall' as const, afterChunk: 1 } }
    at.models.script(stalls, stalls, { tokens: ['At last.'], usage: { inputTokens: 3, outputTokens: 1 } })
    const letter = [
      { key: 'letter', kind: 'model', after: [], input: { model: 'openai/gpt-4o-mini', body: 'Write.' } },
    ]
    await page.goto(`${at.running.url}/prompts`)
    for (const name of ['First', 'Second', 'Third']) await start(name, letter)
    await page.getByRole('button', { name: '1 running, 2 queued' }).press('Enter')
    const tray = page.getByRole('dialog', { name: 'Running now' })
    const row = (name: string) => tray.getByRole('listitem').filter({ hasText: name })
    await row('Second').getByText('Next in the queue').waitFor()
    await row('Third').getByText('2nd in the queue').waitFor()
    await look(page, 'tray', () => row('Third').getByText('2nd in the queue').waitFor())
    await tray.getByRole('button', { name: 'Cancel First' }).press('Enter')
    await row('Second').locator('[data-status=running]').waitFor()
    await row('Third').getByText('Next in the queue').waitFor()
    await tray.getByRole('button', { name: 'Cancel Second' }).press('Enter')
    await page.getByText('What you start shows here').waitFor()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)

testFolding(() => at)
