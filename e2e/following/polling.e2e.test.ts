import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { askGraphql } from '../support/browser.ts'
import { look } from '../support/look.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'

const MINUTES_MS = 240_000
const words = Array.from({ length: 60 }, (_, n) => `ink${n} `)

let at: SignedIn
let page: Page
let promptId: string
let sockets = 0

beforeAll(async () => {
  at = await openSignedIn({
    env: { QUILLWORKS_STATUS_MODE: 'poll', QUILLWORKS_STATUS_INTERVAL_SECONDS: '1' },
    prepare: (fresh) => fresh.on('websocket', () => (sockets += 1)),
  })
  page = at.page
  const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
    page,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Note', body: 'Write a note.', model: 'openai/gpt-4o-mini' } },
  )
  promptId = createPrompt.id
}, MINUTES_MS)

afterAll(() => at?.close(), MINUTES_MS)

const run = (input: object) =>
  askGraphql<{ runPrompt: { id: string } }>(
    page,
    'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
    { input: { promptId, ...input } },
  )
const connectionButton = (word: string) => page.getByRole('button', { name: word, exact: true })

test(
  'where the deployment polls, an execution is followed to its end without a socket',
  async () => {
    at.models.script({ tokens: words, chunkDelayMs: 40, usage: { inputTokens: 3, outputTokens: 60 } })
    const { runPrompt } = await run({ chat: false })
    await page.goto(`${at.running.url}/executions/${runPrompt.id}`)
    await page.getByText('ink59').waitFor()
    await page.getByText('succeeded').first().waitFor()
    expect(sockets).toBe(0)
  },
  MINUTES_MS,
)

test(
  'what another tab begins and what ends shows in the list by asking',
  async () => {
    await page.goto(`${at.running.url}/executions`)
    await connectionButton('Polling').waitFor()
    at.models.script({ tokens: words, fault: { kind: 'stall', afterChunk: 3 } })
    const { runPrompt } = await run({ chat: false })
    const row = page.locator(`[role=row][data-execution="${runPrompt.id}"]`)
    await connectionButton('Polling').click()
    await page.getByRole('button', { name: 'Ask now' }).click()
    await page.keyboard.press('Escape')
    await row.locator('[data-status=running]').waitFor()
    await page.getByRole('button', { name: '1 running' }).click()
    await page.getByRole('button', { name: 'Cancel Note' }).click()
    await row.locator('[data-status=canceled]').waitFor()
    expect(sockets).toBe(0)
  },
  MINUTES_MS,
)

test(
  'the panel says how one is told, pauses, goes on, and changes the way',
  async () => {
    await connectionButton('Polling').click()
    await page.getByText('Heard from the server').waitFor()
    await look(page, 'connection', () => page.getByText('Heard from the server').waitFor())
    await page.getByRole('button', { name: 'Pause' }).click()
    await connectionButton('Paused').waitFor()
    await page.getByRole('button', { name: 'Go on' }).click()
    await connectionButton('Polling').waitFor()
    const kept = page.waitForResponse(
      (answer) => answer.request().postData()?.includes('SetStatusMode') ?? false,
    )
    await page.getByRole('radio', { name: 'Auto' }).check()
    await connectionButton('Live').waitFor()
    expect(sockets).toBe(1)
    await kept
    await page.reload()
    await connectionButton('Live').waitFor()
    // It is the account's, in every browser.
    const { cookies } = await page.context().storageState()
    const elsewhere = await at.browser.newContext({ storageState: { cookies, origins: [] } })
    const other = await elsewhere.newPage()
    await other.goto(page.url())
    await other.getByRole('button', { name: 'Live', exact: true }).waitFor()
    await elsewhere.close()
  },
  MINUTES_MS,
)

test(
  'in mode auto, asking takes over while sockets fail, and gives way when one opens again',
  async () => {
    let refused = true
    await page.routeWebSocket(/graphql/, (socket) => {
      if (refused) void socket.close()
      else socket.connectToServer()
    })
    at.models.script({ tokens: words, chunkDelayMs: 40 })
    const { runPrompt } = await run({ chat: false })
    await page.goto(`${at.running.url}/executions/${runPrompt.id}`)
    await connectionButton('Polling').waitFor()
    await page.getByText('ink59').waitFor()
    await page.getByText('succeeded').first().waitFor()
    refused = false
    await connectionButton('Live').waitFor()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)
