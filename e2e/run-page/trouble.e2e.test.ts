import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { brokenRules } from '../support/axe.ts'
import { askGraphql, homeOf } from '../support/browser.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'
import { signInLink } from '../support/sign-in-link.ts'
import { answers, chooseModel, send } from './run-page.test-utils.ts'

const MINUTES_MS = 240_000
const unknownId = '01990000-0000-7000-8000-000000000001'

let at: SignedIn
let page: Page
let promptId: string

beforeAll(async () => {
  at = await openSignedIn({ demo: true })
  page = at.page
  const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
    page,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    {
      input: {
        title: 'Letter',
        body: 'Write to {{friend}}.',
        model: 'demo/quick',
        variables: [{ name: 'friend' }],
      },
    },
  )
  promptId = createPrompt.id
}, MINUTES_MS)

afterAll(() => at?.close(), MINUTES_MS)

const live = () => page.getByText('Live', { exact: true }).waitFor()
const messageBox = () => page.getByLabel('Message', { exact: true })

/** What happens in another tab of the same browser. */
async function elsewhere(act: (tab: Page) => Promise<unknown>): Promise<void> {
  const tab = await page.context().newPage()
  await act(tab)
  await tab.close()
}

const signOut = () =>
  elsewhere(async (tab) => {
    await tab.goto(at.running.url)
    await tab.getByRole('button', { name: 'Your account and settings' }).click()
    await tab.getByRole('menuitem', { name: 'Sign out' }).click()
    await tab.waitForURL('**/sign-in')
  })

const signIn = () =>
  elsewhere(async (tab) => {
    await tab.goto(await signInLink(at.running))
    await tab.waitForURL(homeOf(at.running))
  })

test(
  'a message sent after signing out elsewhere is kept with its values, also over the sign-in',
  async () => {
    await page.goto(`${at.running.url}/prompts/${promptId}/run`)
    await live()
    await page.getByLabel('friend').fill('Ada')
    await signOut()
    await send(page, 'A message worth keeping')
    await page.getByText('Not sent: you are signed out.').waitFor()
    expect(await messageBox().inputValue()).toBe('A message worth keeping')
    expect(await page.getByLabel('friend').inputValue()).toBe('Ada')
    await page.getByText('Signed out', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.waitForURL('**/sign-in?to=*')
    await signIn()
    await page.reload()
    await page.waitForURL(`**/prompts/${promptId}/run`)
    await page.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('textarea[aria-label=Message]')?.value !== '',
    )
    expect(await messageBox().inputValue()).toBe('A message worth keeping')
    expect(await page.getByLabel('friend').inputValue()).toBe('Ada')
    await messageBox().press('Control+Enter')
    await page.waitForURL('**/executions/*')
    await answers(page).last().getByText('to first').waitFor()
    await page.goto(`${at.running.url}/prompts/${promptId}/run`)
    await live()
    expect(await messageBox().inputValue()).toBe('')
    expect(await page.getByLabel('friend').inputValue()).toBe('')
  },
  MINUTES_MS,
)

test(
  'a page left open says that one is signed out, and goes on live once one is signed in again elsewhere',
  async () => {
    await page.goto(`${at.running.url}/executions`)
    await live()
    await signOut()
    await page.getByText('This page stays').waitFor()
    const rows = page.locator('[data-row]')
    const before = await rows.count()
    await signIn()
    // What coming back to this tab does.
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await page.getByText('This page stays').waitFor({ state: 'detached' })
    await live()
    await askGraphql(page, 'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }', {
      input: { promptId, values: { friend: 'Grace' } },
    })
    await rows.nth(before).waitFor()
  },
  MINUTES_MS,
)

test(
  'a conversation whose last answer failed says so on its page and in lists, until it goes on',
  async () => {
    await page.goto(`${at.running.url}/prompts/${promptId}/run`)
    await live()
    await page.getByLabel('friend').fill('Ada')
    // No key of OpenAI is set here.
    await chooseModel(page, 'openai/gpt-4o-mini')
    await send(page, 'This cannot be answered')
    await page.waitForURL('**/executions/*')
    const failed = page.getByText('waiting: last answer failed')
    await failed.waitFor()
    const id = page.url().split('/').at(-1)
    await elsewhere(async (tab) => {
      await tab.goto(`${at.running.url}/executions`)
      await tab.getByText('Live', { exact: true }).waitFor()
      const row = tab.locator(`[data-execution="${id}"]`)
      await row.getByText('last answer failed').waitFor()
      await chooseModel(page, 'demo/quick')
      await send(page, 'Now it can')
      await row.getByText('last answer failed').waitFor({ state: 'detached' })
      await row.locator('[data-status=waiting]', { hasText: 'waiting' }).waitFor()
    })
    await failed.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'New conversation' }).click()
    await page.getByRole('heading', { name: 'Conversations with this prompt' }).waitFor()
    await page.locator(`[data-execution="${id}"]`, { hasText: 'This cannot be answered' }).waitFor()
  },
  MINUTES_MS,
)

test(
  'without a network one stays on the page and can try again',
  async () => {
    await page.goto(at.running.url)
    await live()
    await page.context().setOffline(true)
    await page.getByText('Offline', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'All prompts' }).click()
    await page.getByText('You are still on this one.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(page.url()).toBe(homeOf(at.running))
    await page.getByRole('heading', { name: 'Recent executions' }).waitFor()
    await page.context().setOffline(false)
    await page.getByText('Online again.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForURL('**/prompts')
    await page.getByLabel('Search prompts').waitFor()
    await live()
    expect(await page.getByText('Online again.').count()).toBe(0)
  },
  MINUTES_MS,
)

test(
  'a page that cannot be fetched says so, and trying again opens it once the server answers',
  async () => {
    await page.goto(at.running.url)
    await live()
    await page.context().route('**/*', (route) => route.abort('connectionrefused'))
    await page.getByRole('link', { name: 'All executions' }).click()
    await page.getByRole('heading', { name: 'The server could not be reached' }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('the server did not answer just now').waitFor()
    await page.context().unroute('**/*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('navigation', { name: 'Views' }).waitFor()
    expect(page.url()).toBe(`${homeOf(at.running)}/executions`)
  },
  MINUTES_MS,
)

test(
  'what does not exist leads back to its list',
  async () => {
    await page.goto(`${at.running.url}/executions/${unknownId}`)
    await page.getByRole('link', { name: 'All executions' }).click()
    await page.waitForURL('**/executions')
    await page.goto(`${at.running.url}/prompts/${unknownId}/run`)
    await page.getByRole('link', { name: 'All prompts' }).click()
    await page.waitForURL('**/prompts')
  },
  MINUTES_MS,
)

test(
  'Esc closes the details and leads back to their row, and the sheet of keys names what works here',
  async () => {
    await page.goto(`${at.running.url}/executions`)
    await live()
    await page.keyboard.press('j')
    const id = await page.evaluate(() => document.activeElement?.getAttribute('data-execution') ?? '')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/executions?selected=${id}`)
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await sheet.getByText('Close the details').waitFor()
    await sheet.getByText('Search the list').waitFor()
    expect(await sheet.getByText('Send the message').count()).toBe(0)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'hidden' })
    expect(new URL(page.url()).search).toBe(`?selected=${id}`)
    await page.keyboard.press('Escape')
    await page.waitForURL(`${homeOf(at.running)}/executions`)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-execution'))).toBe(id)
  },
  MINUTES_MS,
)

test(
  'no page of trouble breaks a rule of accessibility in light or dark, on a desk or in a hand, and none had an error',
  async () => {
    const broken: string[] = []
    for (const [width, height] of [
      [1440, 900],
      [375, 760],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const path of ['', `executions/${unknownId}`, 'nowhere']) {
        for (const theme of ['light', 'dark']) {
          await page.context().addCookies([{ name: 'quillworks-theme', value: theme, url: at.running.url }])
          await page.goto(`${at.running.url}/${path}`)
          broken.push(...(await brokenRules(page)).map((rule) => `${width} ${theme} /${path} ${rule}`))
        }
      }
    }
    expect(broken).toEqual([])
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)
