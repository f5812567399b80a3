import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { brokenRules } from '../support/axe.ts'
import { askGraphql, homeOf, launchBrowser, watchErrors } from '../support/browser.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'
import { answers, send } from './run-page.test-utils.ts'

// A conversation that its owner shares: who reads along has no say in it, and can go on in one of their own.

const MINUTES_MS = 240_000

let dataDir: string
let running: Start
let browser: Browser
let owner: Page
let reader: Page
const errors: string[][] = []

beforeAll(async () => {
  dataDir = newDataDir()
  running = await startQuillworks({ dataDir, env: { QUILLWORKS_DEMO_DELAY_MS: '0' } })
  const [link, launched] = await Promise.all([running.ready(), launchBrowser()])
  browser = launched
  const open = async () => {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
    page.setDefaultTimeout(30_000)
    errors.push(watchErrors(page))
    return page
  }
  owner = await open()
  await owner.goto(link)
  await owner.waitForURL(homeOf(running))
  const { inviteMember } = await askGraphql<{ inviteMember: { url: string } }>(
    owner,
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { url } }',
    { input: { email: 'ada@example.com', role: 'member' } },
  )
  reader = await open()
  await reader.goto(inviteMember.url)
  await reader.getByLabel('Your name').fill('Ada')
  await reader.getByLabel(/password/).fill('engines and looms')
  await reader.getByRole('button', { name: /^Join/ }).click()
  await reader.waitForURL(homeOf(running))
}, MINUTES_MS)

afterAll(async () => {
  await browser?.close()
  await running?.stop()
  removeDataDir(dataDir)
}, MINUTES_MS)

test(
  'a colleague reads along without a say in it, and goes on in a conversation of their own',
  async () => {
    const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
      owner,
      'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
      { input: { title: 'Tides', body: 'On tides.', model: 'demo/writer', visibility: 'organization' } },
    )
    await owner.goto(`${running.url}/prompts/${createPrompt.id}/run`)
    await owner.getByText('Live', { exact: true }).waitFor()
    await send(owner, 'What makes them?')
    await answers(owner).last().getByText('tides').first().waitFor()
    // The answer has ended once sending is offered again.
    await owner.getByRole('button', { name: 'Send' }).waitFor()
    const shared = owner.url()
    const id = shared.split('/').at(-1)

    await reader.goto(shared)
    await reader.getByText('’s: you read along').waitFor()
    expect(await reader.getByLabel('Message', { exact: true }).count()).toBe(0)
    await reader.goto(`${running.url}/executions?selected=${id}`)
    await reader.getByText('everybody in the organization').waitFor()
    expect(await reader.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
    await owner.goto(`${running.url}/executions?selected=${id}`)
    await owner.getByRole('button', { name: 'Cancel' }).waitFor()

    await reader.goto(shared)
    await reader.getByText('Live', { exact: true }).waitFor()
    expect(await brokenRules(reader)).toEqual([])
    await reader.getByRole('button', { name: 'Go on in one of your own' }).click()
    await reader.waitForURL((url) => url.pathname.includes('/executions/') && !url.href.includes(String(id)))
    await send(reader, 'And what else?')
    await reader
      .getByRole('paragraph')
      .filter({ hasText: /^And what else\?$/ })
      .waitFor()
    expect(await answers(reader).count()).toBe(2)
    expect(errors.flat()).toEqual([])
  },
  MINUTES_MS,
)
