import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { newPage } from '../support/browser.ts'
import { look } from '../support/look.ts'
import { old, openHistory, stateOf, type History } from './executions-page.test-utils.ts'

const MINUTES_MS = 240_000

let history: History
let page: Page
let letter: string
let conversation: string

beforeAll(async () => {
  history = await openHistory()
  page = history.page
  letter = await history.run()
  conversation = await history.run({ chat: true, message: 'Shorter, please' })
  // No key of OpenAI is set here.
  await history.run({ model: 'openai/gpt-4o-mini' })
}, MINUTES_MS)

afterAll(() => history?.close(), MINUTES_MS)

const rows = (on = page) => on.locator('[role=row][data-execution]')
const row = (id: string, on = page) => on.locator(`[role=row][data-execution="${id}"]`)
const alive = (on = page) => on.getByText('Live', { exact: true }).waitFor({ state: 'attached' })

async function open(address = history.list): Promise<void> {
  await page.goto(address)
  await alive()
}

/** Waits until the list has so many rows. */
async function count(expected: number, on = page): Promise<void> {
  await on.waitForFunction(
    (wanted) => document.querySelectorAll('[role=row][data-execution]').length === wanted,
    expected,
  )
}

test(
  'the list is there without scripts, and so are its older pages',
  async () => {
    const context = await history.browser.newContext({
      javaScriptEnabled: false,
      storageState: await stateOf(page),
    })
    const still = await context.newPage()
    await still.goto(history.list)
    expect(await rows(still).count()).toBe(50)
    const text = await row(letter, still).innerText()
    for (const word of ['Harbour letter', 'succeeded', 'v1', 'demo/writer']) expect(text).toContain(word)
    await still.getByRole('link', { name: 'Show older ones' }).click()
    expect(await rows(still).count()).toBe(50)
    await still.getByRole('link', { name: 'Show the newest' }).click()
    await still.getByRole('link', { name: 'Failed', exact: true }).click()
    expect(await rows(still).count()).toBe(1)
    await context.close()
  },
  MINUTES_MS,
)

test(
  'what the address says narrows the list, and chips take it back',
  async () => {
    await open(`${history.list}?kind=chat`)
    await count(1)
    await row(conversation).getByText('waiting').waitFor()
    await page.getByRole('link', { name: 'Remove the filter Kind' }).click()
    await count(50)
    await open(`${history.list}?model=openai/gpt-4o-mini`)
    await count(1)
    await open(`${history.list}?cost=0.12-0.125`)
    await count(6)
    await open(`${history.list}?search=${letter}`)
    await count(1)
    await open(`${history.list}?search=no+such+name&since=7d`)
    await page.getByRole('heading', { name: 'None like this' }).waitFor()
    await open(`${history.list}?kind=chat&selected=0198f3a2-0000-7000-8000-000000000001`)
    await page.getByRole('heading', { name: 'This one is not here' }).waitFor()
    await count(1)
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'This one is not here' }).waitFor({ state: 'detached' })
    await open(`${history.list}?search=no+such+name&since=7d`)
    expect(new URL(await hrefOf('Show all')).pathname).toBe(new URL(history.list).pathname)
  },
  MINUTES_MS,
)

test(
  'what the page does not know is taken out of the address, and makes no view of its own',
  async () => {
    await open(`${history.list}?status=odd&cost=2-1&by=nobody`)
    expect(new URL(page.url()).search).toBe('')
    await count(50)
    await page.getByRole('link', { name: 'All', exact: true }).and(page.locator('[aria-current]')).waitFor()
    expect(await page.getByRole('button', { name: 'Save view' }).count()).toBe(0)
  },
  MINUTES_MS,
)

test(
  'columns give way where there is little room, so that none is cut off',
  async () => {
    await open()
    for (const width of [500, 720, 768, 900, 1100, 1440, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      const cut = await page
        .getByRole('region', { name: 'List of executions' })
        .evaluate((list) => list.scrollWidth - list.clientWidth)
      expect({ width, cut }).toEqual({ width, cut: 0 })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  },
  MINUTES_MS,
)

const hrefOf = async (name: string) =>
  new URL((await page.getByRole('link', { name, exact: true }).getAttribute('href')) ?? '', page.url()).href

test(
  'one searches, filters, previews and goes back with keys alone',
  async () => {
    await open()
    await page.keyboard.press('/')
    await page.keyboard.type('ledger no. 12')
    await page.waitForURL('**/executions?search=ledger*')
    await count(11)
    await page.keyboard.press('Escape')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const id = (await rows().first().getAttribute('data-execution')) ?? ''
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-execution'))
    expect(await focused()).toBe(id)
    await page.keyboard.press(' ')
    await page.waitForURL(`**selected=${id}`)
    await page.getByRole('region', { name: 'Details' }).getByRole('heading', { level: 2 }).waitFor()
    await count(11)
    // The details go along with the keys.
    await page.keyboard.press('j')
    const second = (await rows().nth(1).getAttribute('data-execution')) ?? ''
    await page.waitForURL(`**selected=${second}`)
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Details' }).waitFor({ state: 'detached' })
    expect(await focused()).toBe(second)
    await page
      .getByRole('button', { name: 'Add', exact: true })
      .or(page.getByRole('button', { name: 'Filter' }))
      .focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Status' }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('menuitemcheckbox', { name: 'Failed' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**status=failed*')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'None like this' }).waitFor()
  },
  MINUTES_MS,
)

test(
  'a view keeps what one looks at, also for another session, until it is deleted',
  async () => {
    await open(`${history.list}?kind=chat`)
    await page.getByRole('button', { name: 'Save view' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Talks')
    await page.keyboard.press('Enter')
    await page
      .getByRole('navigation', { name: 'Views' })
      .locator('[aria-current]', { hasText: 'Talks' })
      .waitFor()
    const other = await newPage(history.browser, await stateOf(page))
    await other.goto(history.list)
    await alive(other)
    await other.getByRole('link', { name: 'Talks' }).click()
    await count(1, other)
    expect(new URL(other.url()).search).toBe('?kind=chat')
    await other.context().close()

    await page.getByRole('button', { name: 'What to do with the view Talks' }).click()
    await page.getByRole('menuitem', { name: 'Rename view' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Conversations')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Conversations' }).waitFor()
    await page.reload()
    await alive()
    await page.getByRole('button', { name: 'What to do with the view Conversations' }).click()
    await page.getByRole('menuitem', { name: 'Delete view' }).click()
    await page.getByRole('button', { name: 'Delete view' }).click()
    await page.getByRole('link', { name: 'Conversations' }).waitFor({ state: 'detached' })
  },
  MINUTES_MS,
)

test(
  'what is waited for is found by its view',
  async () => {
    await open()
    await page.getByRole('link', { name: 'Waiting for me' }).click()
    await count(1)
    await row(conversation).waitFor()
  },
  MINUTES_MS,
)

test(
  'a new execution comes in by itself, and moves nothing while one reads further down',
  async () => {
    await open()
    await count(50)
    const first = await history.run()
    await row(first).getByText('succeeded').waitFor()
    await row(first).getByTitle('demo/writer').waitFor()
    const list = page.getByRole('region', { name: 'List of executions' })
    await list.evaluate((element) => element.scrollTo(0, 600))
    const top = async () => (await rows().nth(30).boundingBox())?.y
    const before = await top()
    const second = await history.run()
    await page.getByRole('button', { name: '1 new' }).waitFor()
    expect(await top()).toBe(before)
    expect(await row(second).count()).toBe(0)
    await page.getByRole('button', { name: '1 new' }).click()
    await row(second).waitFor()
    expect(await rows().first().getAttribute('data-execution')).toBe(second)
  },
  MINUTES_MS,
)

test(
  'older ones are read by the button, and of a long list what is in sight is drawn',
  async () => {
    await open()
    const older = page.getByRole('link', { name: 'Show older ones' })
    await older.click()
    await count(100)
    await older.click()
    await page.getByText('Ledger no. 130').waitFor()
    await older.waitFor({ state: 'detached' })
    expect(await rows().count()).toBeGreaterThanOrEqual(old)
    const ids = await rows().evaluateAll((all) => all.map((one) => one.getAttribute('data-execution')))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted((a, b) => ((a ?? '') < (b ?? '') ? 1 : -1))).toEqual(ids)
  },
  MINUTES_MS,
)

test(
  'columns are chosen, and stay so in this browser',
  async () => {
    await open()
    const heads = () => page.getByRole('columnheader').allInnerTexts()
    expect(await heads()).toContain('Source')
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: 'Source' }).uncheck()
    await page.getByRole('checkbox', { name: 'Kind' }).check()
    await page.keyboard.press('Escape')
    await page.reload()
    await alive()
    await page.getByRole('columnheader', { name: 'Kind' }).waitFor()
    expect(await heads()).not.toContain('Source')
    await page.evaluate(() => localStorage.clear())
  },
  MINUTES_MS,
)

test(
  'it looks as it should in both themes and widths, and no page had an error',
  async () => {
    const live = () => alive()
    // The rules look at each row: a few are enough for them.
    await open(`${history.list}?search=ledger+no.+12`)
    await look(page, 'executions', live)
    await open(`${history.list}?since=7d&selected=${letter}`)
    await look(page, 'executions-selected', live)
    expect(history.errors).toEqual([])
  },
  MINUTES_MS,
)
