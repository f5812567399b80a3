import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext } from 'playwright-core'
import { askAsOwner } from '../support/api.ts'
import { launchBrowser, watchErrors } from '../support/browser.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

const MINUTES_MS = 240_000
let running: Start
let browser: Browser
let context: BrowserContext
let link: string

beforeAll(async () => {
  running = await startQuillworks({ dataDir: newDataDir() })
  await running.ready()
  browser = await launchBrowser()
  context = await browser.newContext()
  const { inviteMember } = await askAsOwner<{ inviteMember: { url: string } }>(
    running,
    'mutation { inviteMember(input: { email: "ada@example.com", role: member }) { url } }',
  )
  link = inviteMember.url
}, MINUTES_MS)

afterAll(async () => {
  await browser.close()
  await running.stop()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

test(
  'an invited person chooses a name and a password, and is in',
  async () => {
    const page = await context.newPage()
    const errors = watchErrors(page)
    await page.goto(link)
    await page.getByText('My workspace').first().waitFor()
    expect(await page.locator('main').innerText()).toContain('ada@example.com')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('A password').fill('engines and looms')
    await page.getByRole('button', { name: 'Join My workspace' }).click()
    await page.waitForURL('**/my-workspace/default')
    expect(errors).toEqual([])
    await page.close()
    const { members } = await askAsOwner<{
      members: { edges: { node: { role: string; user: { name: string } } }[] }
    }>(running, '{ members { edges { node { role user { name } } } } }')
    expect(members.edges.map(({ node }) => [node.user.name, node.role])).toEqual([
      ['Owner', 'owner'],
      ['Ada', 'member'],
    ])
  },
  MINUTES_MS,
)

test(
  'a link that was used says so',
  async () => {
    const page = await context.newPage()
    await page.goto(link)
    await page.getByText('was used, has expired').waitFor()
    await page.close()
  },
  MINUTES_MS,
)

test(
  'a sign-in link that was used tells how to get another',
  async () => {
    const spent = await running.ready()
    await fetch(spent, { redirect: 'manual' })
    const stranger = await browser.newContext()
    const page = await stranger.newPage()
    await page.goto(spent)
    await page.getByText('This link was used already').waitFor()
    expect(await page.locator('main').innerText()).toContain('quillworks -- sign-in')
    await stranger.close()
  },
  MINUTES_MS,
)
