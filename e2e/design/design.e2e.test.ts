import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expectNoViolations } from '../support/axe.ts'
import { launchBrowser, watchErrors } from '../support/browser.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

const MINUTES_MS = 240_000
let running: Start
let browser: Browser
let context: BrowserContext
let page: Page
let errors: string[]

beforeAll(async () => {
  running = await startQuillworks({ dataDir: newDataDir() })
  const [launched] = await Promise.all([launchBrowser(), running.ready()])
  browser = launched
  // What appears is judged as it stays, not while it comes.
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(30_000)
  page = await context.newPage()
  errors = watchErrors(page)
}, MINUTES_MS)

afterAll(async () => {
  await browser?.close()
  await running?.stop()
  removeDataDir(running.dataDir)
}, MINUTES_MS)

/** The page with its scripts at work: the editors are the last to come. */
async function open(search = ''): Promise<void> {
  await page.goto(`${running.url}/design${search}`)
  await page.locator('.cm-content').nth(1).waitFor()
}

const example = (id: string) => page.locator(`#${id}`)
const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
const valueOf = (label: string) => page.getByLabel(label, { exact: true }).inputValue()

test(
  'everybody may see the controls, in both themes and two widths, without a broken rule of accessibility',
  async () => {
    for (const width of [1440, 375]) {
      await page.setViewportSize({ width, height: 900 })
      for (const theme of ['light', 'dark']) {
        await context.addCookies([{ name: 'quillworks-theme', value: theme, url: running.url }])
        await open()
        await expectNoViolations(page, `${theme} ${width}`)
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    expect(errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'every link of its navigation leads to a place on the page',
  async () => {
    await open()
    const missing = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLAnchorElement>('nav[aria-label="On this page"] a')]
        .map(({ hash }) => hash.slice(1))
        .filter((id) => !document.getElementById(id)),
    )
    expect(missing).toEqual([])
  },
  MINUTES_MS,
)

test(
  'what is to be read and filled in is there without scripts',
  async () => {
    const still = await browser.newContext({ javaScriptEnabled: false })
    const bare = await still.newPage()
    await bare.goto(`${running.url}/design`)
    expect(await bare.locator('#code-editor textarea').first().inputValue()).toContain('{{audience}}')
    expect(await bare.getByRole('table', { name: 'Executions', exact: true }).innerText()).toContain(
      'Quarterly letter',
    )
    expect(await bare.locator('#changes-in-prose ins').first().innerText()).toContain('visited')
    await still.close()
  },
  MINUTES_MS,
)

test(
  'what floats opens and closes by keys, gives the focus back and breaks no rule',
  async () => {
    await open()
    const rename = page.getByRole('button', { name: 'Rename the prompt' })
    await rename.press('Enter')
    await page.getByRole('dialog', { name: 'Rename the prompt' }).waitFor()
    await page.getByRole('dialog').getByLabel('Name').and(page.locator(':focus')).waitFor()
    await expectNoViolations(page, 'dialog')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused()).toBe('Rename the prompt')

    const more = example('menu').getByRole('button', { name: 'More' })
    await more.press('Enter')
    await page.getByRole('menuitem', { name: 'Duplicate' }).waitFor()
    await expectNoViolations(page, 'menu', { floating: true })
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('More')

    await example('popover').getByRole('button', { name: 'Columns' }).press('Enter')
    await page.getByRole('dialog', { name: 'Columns' }).waitFor()
    await expectNoViolations(page, 'popover')
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('Columns')

    await example('button').getByRole('button', { name: 'Run', exact: true }).last().focus()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Tab')
    await page.locator('[data-tooltip-content]', { hasText: 'Choose a model first' }).waitFor()
    expect(errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'choices are found and made by keys',
  async () => {
    await open()
    await page.getByLabel('Owner').focus()
    await page.keyboard.type('kath')
    await page.getByRole('option', { name: /Katherine/ }).waitFor()
    await expectNoViolations(page, 'combobox', { floating: true })
    await page.keyboard.press('Enter')
    expect(await valueOf('Owner')).toBe('Katherine Coleman')

    await page.getByLabel('Reviewer').focus()
    await page.keyboard.type('radia')
    await page.getByRole('option', { name: /Radia/ }).waitFor()
    await page.keyboard.press('Enter')
    expect(await valueOf('Reviewer')).toBe('Radia Joy')

    const chips = example('combobox').getByRole('button', { name: /^Remove/ })
    await page.getByLabel('Labels').focus()
    await page.keyboard.type('prod')
    await page.getByRole('option', { name: 'production' }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    expect(await chips.count()).toBe(3)
    await page.keyboard.press('Backspace')
    expect(await chips.count()).toBe(2)

    await page.getByLabel('Model', { exact: true }).focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: /Large model/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await page.getByLabel('Model', { exact: true }).innerText()).toContain('Large model')
  },
  MINUTES_MS,
)

test(
  'the editor takes text, and Tab leaves it',
  async () => {
    await open()
    const editor = page.getByRole('textbox', { name: 'Prompt', exact: true })
    await editor.click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' {{tone')
    expect(await editor.innerText()).toContain('{{tone}}')
    await page.keyboard.press('Tab')
    expect(await editor.evaluate((element) => element.contains(document.activeElement))).toBe(false)
  },
  MINUTES_MS,
)

test(
  'a list keeps its sort and filters in the address, and its rows are reached by keys',
  async () => {
    await open()
    const table = page.getByRole('table', { name: 'Executions', exact: true })
    await table.getByRole('link', { name: 'Cost' }).click()
    await page.waitForURL('**/design?sort=-cost')
    expect(await table.getByRole('columnheader', { name: 'Cost' }).getAttribute('aria-sort')).toBe(
      'descending',
    )

    await example('filters').getByRole('button', { name: 'Filter' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Status' }).press('ArrowRight')
    await page.getByRole('menuitemcheckbox', { name: 'Failed' }).press('Enter')
    await page.waitForURL('**/design?sort=-cost&status=failed')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    expect(await table.getByRole('row').count()).toBe(2)

    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('j')
    expect(await focused()).toBe('Research notes')
    await example('filters').getByRole('link', { name: 'Remove the filter Status' }).click()
    await page.waitForURL('**/design?sort=-cost')
    expect(await table.getByRole('row').count()).toBe(5)
  },
  MINUTES_MS,
)

test(
  'changes are gone through, accepted and rejected by keys, and taken back',
  async () => {
    await open()
    const diff = page.getByRole('region', { name: /Your text to/ })
    await diff.getByRole('button', { name: 'Next change' }).click()
    await page.keyboard.press('a')
    await page.keyboard.press('x')
    await diff.getByText('3 changes, 1 open').waitFor()
    const text = (await diff.innerText()).replace(/\s+\./g, '.')
    expect(text).toContain('So we visited them. Forty')
    expect(text).toContain('We changed the plans. What')
    await page.keyboard.press('k')
    await diff.getByRole('button', { name: 'Take back: it was rejected' }).press('Enter')
    await diff.getByText('3 changes, 2 open').waitFor()
    await diff.getByRole('button', { name: 'Accept all' }).click()
    await diff.getByText('3 changes, 0 open').waitFor()
    expect(await diff.locator('[data-change]').last().innerText()).toContain('and for telling us the truth')
  },
  MINUTES_MS,
)

test(
  'what was said in passing can be taken back',
  async () => {
    await open()
    await example('toast').getByRole('button', { name: 'Archive' }).click()
    const said = page.getByRole('region', { name: 'Notifications' })
    await said.getByText('Archived “Quarterly letter”').waitFor()
    // It stays for as long as the focus is in it, and counts its time anew afterwards.
    await said.getByRole('button', { name: 'Undo' }).focus()
    await expectNoViolations(page, 'toast')
    await page.keyboard.press('Enter')
    await example('toast').getByText('Taken back once').waitFor()
    expect(await said.getByRole('listitem').count()).toBe(0)
    expect(errors).toEqual([])
  },
  MINUTES_MS,
)
