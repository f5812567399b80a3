import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { answers, messageBox } from '../run-page/run-page.test-utils.ts'
import { askGraphql, homeOf } from '../support/browser.ts'
import { look } from '../support/look.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'

// What keys do in the pages of prompts and snippets, and where the focus is.

const MINUTES_MS = 240_000
let signedIn: SignedIn
let page: Page
let letterId: string

const create = async (input: object) => {
  const query = 'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }'
  return (await askGraphql<{ createPrompt: { id: string } }>(page, query, { input })).createPrompt.id
}

beforeAll(async () => {
  signedIn = await openSignedIn()
  page = signedIn.page
  const model = 'openai/gpt-4o-mini'
  letterId = await create({ title: 'Letter to Ada', body: 'Write about {{topic}}.', model })
  await create({ title: 'Letter to Grace', body: 'Write.', model })
}, MINUTES_MS)
afterAll(() => signedIn?.close(), MINUTES_MS)

const go = async (path: string) => {
  await page.goto(`${homeOf(signedIn.running)}${path}`)
  await page.getByText('Live', { exact: true }).waitFor()
}
const row = (name: string) => page.getByRole('link', { name, exact: true })
const editor = async (name: string) => {
  const found = page.getByRole('textbox', { name, exact: true }).and(page.locator('.cm-content'))
  await found.waitFor()
  return found
}
const dialog = (name: string | RegExp) => page.getByRole('dialog', { name })
const hasFocus = (name: string) =>
  page.getByRole('textbox', { name, exact: true }).and(page.locator(':focus'))
const nothingHasFocus = () => page.waitForFunction(() => document.activeElement === document.body)

test(
  'a prompt can be run from the palette and by r only while its row has the focus',
  async () => {
    await go('/prompts')
    const palette = page.getByRole('combobox', { name: 'Search and commands' })
    const run = page.getByRole('option', { name: 'Run “Letter to Ada”' })
    await page.keyboard.press('Control+k')
    await palette.waitFor()
    await page.getByRole('option', { name: 'New prompt' }).waitFor()
    expect(await page.getByRole('option', { name: /^Run “/ }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
    await row('Letter to Ada').focus()
    await page.keyboard.press('Control+k')
    await run.click()
    await dialog('Letter to Ada').waitFor()
    await page.keyboard.press('Escape')
    await dialog('Letter to Ada').waitFor({ state: 'detached' })
  },
  MINUTES_MS,
)

test(
  'Esc leads from the editor back to the list as it was left, and out of a field first where something is unsaved',
  async () => {
    await go('/prompts?search=letter&sort=title')
    await row('Letter to Ada').click()
    const body = await editor('Body')
    await body.click()
    await page.keyboard.press('Escape')
    await page.waitForURL('**/prompts?search=letter&sort=title')
    await row('Letter to Ada').click()
    await editor('Body')
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Letter to Ada, briefly')
    await page.getByText('Unsaved changes').waitFor()
    await page.keyboard.press('Escape')
    await nothingHasFocus()
    // What is open takes the key for itself.
    await page.getByRole('button', { name: 'More about Letter to Ada' }).click()
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    expect(page.url()).toEndWith(letterId)
    await page.keyboard.press('Escape')
    await page.waitForURL('**/prompts?search=letter&sort=title')
    await row('Letter to Ada').click()
    await page.getByText('is here again').waitFor()
    await page.getByRole('button', { name: 'Discard it' }).click()
    await page.getByText('is here again').waitFor({ state: 'detached' })
  },
  MINUTES_MS,
)

test(
  'a new prompt begins in its title, which is shown whole, and its body has the height of the window',
  async () => {
    await go('/prompts')
    await page.keyboard.press('c')
    await hasFocus('Title').waitFor()
    await page.keyboard.type(`${'A long title '.repeat(15)}end`)
    await page.keyboard.press('Enter')
    const title = page.getByRole('textbox', { name: 'Title', exact: true })
    expect(await title.inputValue()).toEndWith('title end')
    for (const width of [375, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      const cut = (box: HTMLElement) => [
        box.scrollHeight > box.clientHeight,
        box.scrollWidth > box.clientWidth,
      ]
      expect([width, await title.evaluate(cut)]).toEqual([width, [false, false]])
    }
    const body = await editor('Body')
    await page.mouse.click(600, 880)
    await page.keyboard.type('For {{reader}} about {{topic}}')
    expect(await body.innerText()).toContain('{{reader}}')
    await page.keyboard.press('Control+s')
    await page.getByRole('status').filter({ hasText: 'Saved just now' }).waitFor()
    await look(page, 'prompt-long-title', () => editor('Body'))
  },
  MINUTES_MS,
)

test(
  'the fields of a form stand as the text names them, also once the text has changed',
  async () => {
    const id = await create({ title: 'Order', body: '{{first}} {{second}}' })
    await askGraphql(page, 'mutation ($input: UpdatePromptInput!) { updatePrompt(input: $input) { id } }', {
      input: { id, body: '{{third}} {{second}} {{first}}' },
    })
    await go(`/prompts/${id}/run`)
    const labels = page.getByRole('region', { name: 'Variables' }).locator('label')
    expect((await labels.allInnerTexts()).map((label) => label.replace(/\W/g, ''))).toEqual([
      'third',
      'second',
      'first',
    ])
  },
  MINUTES_MS,
)

test(
  'a place in a list that is none leads to its first page, with what else the address says',
  async () => {
    await page.goto(`${homeOf(signedIn.running)}/prompts?search=letter&after=nonsense&from=51`)
    expect(new URL(page.url()).search).toBe('?search=letter')
    await row('Letter to Ada').waitFor()
    for (const path of ['/context?before=x', '/executions?after=x', '/settings/members?after=x']) {
      await page.goto(`${homeOf(signedIn.running)}${path}`)
      expect(page.url()).toBe(`${homeOf(signedIn.running)}${path.split('?')[0]}`)
    }
  },
  MINUTES_MS,
)

test(
  'a snippet says at its name what is wrong with it, and asks before unsaved text is left',
  async () => {
    await go('/context')
    await page.getByRole('link', { name: 'Write the first one' }).click()
    await hasFocus('Name').waitFor()
    await page.keyboard.type('two words')
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    await page.getByText('A name has letters, digits, - and _ only').waitFor()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await look(page, 'snippet-name')
    await name.fill('@company')
    await page.getByText('Written as @company in prompts').waitFor()
    await page.keyboard.press('Escape')
    await nothingHasFocus()
    await page.keyboard.press('Escape')
    const asks = dialog('Leave without saving?')
    await asks.getByRole('button', { name: 'Cancel' }).click()
    await asks.waitFor({ state: 'detached' })
    expect(await name.inputValue()).toBe('@company')
    await (await editor('Text')).click()
    await page.keyboard.type('We are gardeners.')
    await page.keyboard.press('Control+s')
    await page.getByRole('heading', { name: '@company' }).waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL('**/context')
    await row('@company').click()
    await (await editor('Text')).click()
    await page.keyboard.type('Indeed. ')
    await page.getByRole('link', { name: 'Prompts', exact: true }).click()
    await asks.getByRole('button', { name: 'Leave' }).click()
    await page.waitForURL('**/prompts')
  },
  MINUTES_MS,
)

test(
  'Enter sends and Shift with Enter makes a line, but no Enter of a composition; the dialog renames, and its key is no way out',
  async () => {
    await go('/prompts')
    await row('Letter to Grace').focus()
    await page.keyboard.press('r')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Message')
    await page.keyboard.type('First')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('second')
    await messageBox(page).evaluate((box) => {
      const enter = { key: 'Enter', bubbles: true, cancelable: true }
      box.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }))
    })
    expect(await messageBox(page).inputValue()).toBe('First\nsecond')
    signedIn.models.script({ text: 'Dear Grace.' })
    await page.keyboard.press('Enter')
    await answers(page).last().getByText('Dear Grace.').waitFor()
    await answers(page).last().getByText('to first').waitFor()
    expect(await messageBox(page).inputValue()).toBe('')
    expect(await answers(page).count()).toBe(1)
    await page.getByRole('dialog').getByText('First\nsecond', { exact: true }).waitFor()

    const name = page.getByRole('dialog').getByRole('textbox', { name: 'Name' })
    const rename = page.getByRole('dialog').getByRole('button', { name: 'Rename' })
    await rename.focus()
    await page.keyboard.press('Enter')
    await name.fill('Not this')
    await page.keyboard.press('Escape')
    await rename.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await name.fill('Dear Grace')
    await page.keyboard.press('Enter')
    await dialog('Dear Grace').waitFor()
    await look(page, 'run-dialog-named', () => answers(page).last().waitFor())
  },
  MINUTES_MS,
)

test(
  'on glass Enter makes a new line, and the rows of the list have two',
  async () => {
    const storageState = await page.context().storageState()
    const context = await signedIn.browser.newContext({
      storageState,
      viewport: { width: 375, height: 812 },
      hasTouch: true,
      isMobile: true,
    })
    const phone = await context.newPage()
    await phone.goto(`${homeOf(signedIn.running)}/prompts`)
    const boxes = await Promise.all([
      phone.getByRole('link', { name: 'Letter to Ada', exact: true }).boundingBox(),
      phone.getByRole('link', { name: 'Run Letter to Ada' }).boundingBox(),
    ])
    expect(boxes[1]?.x).toBeGreaterThan((boxes[0]?.x ?? 0) + (boxes[0]?.width ?? 375))
    await phone.getByRole('link', { name: 'Run Letter to Ada' }).tap()
    await phone.locator('fieldset:not([disabled])').first().waitFor({ state: 'attached' })
    await messageBox(phone).fill('One')
    await messageBox(phone).press('Enter')
    expect(await messageBox(phone).inputValue()).toBe('One\n')
    await context.close()
    expect(signedIn.errors).toEqual([])
  },
  MINUTES_MS,
)
