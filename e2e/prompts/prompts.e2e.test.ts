import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import type { Page } from 'playwright-core'
import { askGraphql, homeOf } from '../support/browser.ts'
import { look } from '../support/look.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'

const MINUTES_MS = 240_000

let at: SignedIn
let page: Page

beforeAll(async () => {
  at = await openSignedIn({ demo: true })
  page = at.page
}, MINUTES_MS)

afterAll(() => at?.close(), MINUTES_MS)

const field = (name: string, on = page) => on.getByRole('textbox', { name, exact: true })
/** The field once its editor is there: what it shows until then takes text, too. */
async function editor(name: string, on = page) {
  const found = on.getByRole('textbox', { name, exact: true }).and(on.locator('.cm-content'))
  await found.waitFor()
  return found
}
const saved = (on = page) => on.getByRole('status').filter({ hasText: /saved just now/i })

test(
  'a snippet is written, offered while one types, shown on hover, and knows the prompts that use it',
  async () => {
    await page.goto(`${at.running.url}/context`)
    await page.getByRole('link', { name: 'Write the first one' }).click()
    await field('Name').fill('company-info')
    await (await editor('Text')).click()
    await page.keyboard.type('We are Hedgehog & Sons, gardeners since 1921.')
    await page.getByRole('button', { name: 'Save snippet' }).click()
    await page.getByRole('heading', { name: '@company-info' }).waitFor()
    await page.getByText('No prompt names it yet').waitFor()
    await look(page, 'snippet', () => editor('Text'))

    await page.keyboard.press('Escape')
    await page.goto(`${at.running.url}/prompts/new`)
    await field('Title').fill('About us')
    await (await editor('Body')).click()
    await page.keyboard.type('Write a page about @comp')
    await page.locator('.cm-tooltip-autocomplete').getByText('@company-info').click()
    await page.keyboard.type(' for {{reader')
    await page.locator('.cm-missing', { hasText: '{{reader}}' }).waitFor()
    await page.locator('.cm-snippet').hover()
    await page.locator('.cm-card').getByText('gardeners since 1921').waitFor()
    await field('reader').fill('a child')
    await page.locator('.cm-filled', { hasText: '{{reader}}' }).waitFor()
    await page.getByRole('tab', { name: 'Preview' }).click()
    await page
      .getByText('Write a page about We are Hedgehog & Sons, gardeners since 1921. for a child')
      .waitFor()
    await page.keyboard.press('Control+s')
    await page.getByRole('heading', { name: 'About us' }).waitFor()
    await saved().waitFor()
    await look(page, 'prompt-editor', () => editor('Body'))

    await page.goto(`${at.running.url}/context`)
    await page.getByRole('table', { name: 'Snippets' }).waitFor()
    await look(page, 'snippets')
    await page.getByRole('link', { name: '@company-info' }).click()
    await page.getByRole('link', { name: /About us/ }).waitFor()
    await (await editor('Text')).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' Always on time.')
    await page.getByRole('button', { name: 'Save snippet' }).click()
    const asked = page.getByRole('dialog', { name: 'Save this change of @company-info?' })
    await asked.getByText('About us').waitFor()
    await asked.getByRole('button', { name: 'Save snippet' }).click()
    await page.getByRole('status').filter({ hasText: 'Version 2, saved just now' }).waitFor()
  },
  MINUTES_MS,
)

test(
  'two tabs that save one prompt end in a conflict with both texts',
  async () => {
    await page.goto(`${at.running.url}/prompts`)
    await page.getByRole('link', { name: 'About us', exact: true }).click()
    await (await editor('Body')).click()
    const other = await page.context().newPage()
    await other.goto(page.url())
    await (await editor('Body', other)).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('\nKeep it short.')
    await page.keyboard.press('Control+s')
    await page.getByRole('link', { name: 'v2, all versions' }).waitFor()

    await other.keyboard.press('Control+End')
    await other.keyboard.type('\nMention the prices.')
    await other.keyboard.press('Control+s')
    const conflict = other.getByRole('dialog', { name: 'This prompt was saved somewhere else' })
    await conflict.getByText('Keep it short.').waitFor()
    await conflict.getByText('Mention the prices.').waitFor()
    await look(other, 'prompt-conflict')
    await conflict.getByRole('button', { name: 'Save mine as version 3' }).click()
    await other.getByRole('link', { name: 'v3, all versions' }).waitFor()
    await other.close()
  },
  MINUTES_MS,
)

test(
  'versions show what changed, take labels, and come back',
  async () => {
    await page.reload()
    await page.getByRole('link', { name: 'v3, all versions' }).click()
    await page.getByText('Version 3 compared with').waitFor()
    await page.locator('del', { hasText: 'Keep' }).first().waitFor()
    await page.getByRole('button', { name: 'Labels' }).click()
    await page.getByRole('button', { name: 'Set “production”' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: /Version 3.*production/s }).waitFor()
    await page.getByRole('link', { name: /Version 2/ }).click()
    await page.getByText('Version 2 compared with').waitFor()
    await look(page, 'prompt-versions')
    await page.getByRole('button', { name: 'Restore' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    await page.getByRole('link', { name: /Version 4.*restored from 2/s }).waitFor()
  },
  MINUTES_MS,
)

test(
  'unsaved text outlives a reload, and can be thrown away',
  async () => {
    await page.getByRole('link', { name: 'Edit the newest' }).click()
    await (await editor('Body')).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type('\nUnfinished thought')
    await page.getByText('Unsaved changes').waitFor()
    await page.reload()
    await page.getByText('is here again').waitFor()
    expect(await (await editor('Body')).innerText()).toContain('Unfinished thought')
    await page.getByRole('button', { name: 'Discard it' }).click()
    await saved()
      .or(page.getByRole('status').filter({ hasText: /^Saved/ }))
      .first()
      .waitFor()
    expect(await (await editor('Body')).innerText()).not.toContain('Unfinished thought')
  },
  MINUTES_MS,
)

test(
  'a value that one keeps for a name fills the form of a run, and says where it came from',
  async () => {
    await askGraphql(
      page,
      'mutation { setVariable(input: { scope: user, name: "reader", value: "a neighbour" }) { id } }',
    )
    await page.goto(`${at.running.url}/prompts`)
    await page.getByRole('link', { name: 'Run About us' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('your own default').waitFor()
    expect(await field('reader').inputValue()).toBe('a neighbour')
    await field('reader').fill('a child')
    await page.getByText('your own default').waitFor({ state: 'hidden' })
  },
  MINUTES_MS,
)

test(
  'the list sorts, searches, narrows, archives and takes it back, and all of it lives in the address',
  async () => {
    await page.goto(`${at.running.url}/prompts`)
    const titles = () => page.locator('[data-row]').allInnerTexts()
    await page.getByRole('link', { name: 'Title', exact: true }).click()
    await page.waitForURL('**/prompts?sort=title')
    expect((await titles())[0]).toBe('About us')
    await look(page, 'prompts')
    await page.getByLabel('Search prompts').fill('hedge')
    await page.waitForURL('**search=hedge**')
    await page.getByText('No prompt is like this').waitFor()
    await page.getByLabel('Search prompts').fill('compan')
    await page.waitForURL('**search=compan**')
    await page.getByRole('link', { name: 'About us', exact: true }).waitFor()
    expect(await titles()).toEqual(['About us'])
    await page.getByRole('row', { name: /About us/ }).hover()
    await page.getByRole('button', { name: 'More about About us' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await page.getByText('No prompt is like this').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: 'About us', exact: true }).waitFor()
  },
  MINUTES_MS,
)

test(
  'what people said of answers is counted at the version and by model',
  async () => {
    const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
      page,
      'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
      { input: { title: 'Rated', body: 'Say something.', model: 'demo/writer' } },
    )
    const { runPrompt } = await askGraphql<{ runPrompt: { id: string } }>(
      page,
      'mutation ($input: RunPromptInput!) { runPrompt(input: $input) { id } }',
      { input: { promptId: createPrompt.id } },
    )
    const status = async () => {
      const { execution } = await askGraphql<{ execution: { status: string } }>(
        page,
        'query ($id: ID!) { execution(id: $id) { status } }',
        { id: runPrompt.id },
      )
      return execution.status
    }
    expect(
      await waitUntil({ condition: async () => (await status()) === 'succeeded', timeoutMs: 60_000 }),
    ).toBe(true)
    await askGraphql(
      page,
      'mutation ($id: ID!) { rateExecution(id: $id, stepKey: "message[0]", rating: up) { id } }',
      { id: runPrompt.id },
    )
    await page.goto(`${homeOf(at.running)}/prompts/${createPrompt.id}/versions`)
    await page.getByRole('link', { name: /Version 1.*Rated 1 good, 0 bad/ }).waitFor()
    const byModel = page.getByRole('button', { name: /Rated 1 good, 0 bad.*show by model/ })
    await byModel.click()
    await page
      .getByRole('dialog', { name: /Ratings of version 1/ })
      .getByText('demo/writer')
      .waitFor()
    await look(page, 'version-ratings', () => byModel.waitFor())
    await page.keyboard.press('Escape')
    await page.goto(`${homeOf(at.running)}/prompts/${createPrompt.id}/compare`)
    await page.getByRole('region', { name: 'Column 1' }).getByText('Rated 1 good, 0 bad').waitFor()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'by keyboard alone: a prompt is found, opened, written in and left',
  async () => {
    await page.goto(homeOf(at.running))
    await page.getByText('Live', { exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search and commands' }).waitFor()
    await page.keyboard.type('about')
    await page.getByRole('option', { name: /^About us/ }).waitFor()
    await look(page, 'palette')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'About us' }).waitFor()
    await editor('Body')
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.waitForURL('**/context')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await look(page, 'shortcuts')
    await page.keyboard.press('Escape')
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)
