import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { askGraphql, homeOf } from '../support/browser.ts'
import { look } from '../support/look.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'
import {
  answers,
  conversation,
  inspectorTab,
  messageBox,
  send,
  sent,
  type Shown,
} from './run-page.test-utils.ts'

// What one does with answers, and the runner as a dialog over other pages.

const MINUTES_MS = 240_000
const model = 'openai/gpt-4o-mini'
const words = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index} `)

let at: SignedIn
let page: Page
let promptId: string

beforeAll(async () => {
  at = await openSignedIn()
  page = at.page
  await askGraphql(
    page,
    `mutation { createSnippet(input: { name: "company-info", text: "We are Hedgehog & Sons." }) { id } }`,
  )
  await askGraphql(
    page,
    `mutation { setVariable(input: { scope: user, name: "tone", value: "calm" }) { id } }`,
  )
  const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
    page,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    {
      input: {
        title: 'Letter to a customer',
        system: 'You write for @company-info',
        body: 'Write to {{customer}} about {{subject}} in a {{tone}} tone.',
        model,
        variables: [{ name: 'customer' }, { name: 'subject' }, { name: 'tone', default: 'plain' }],
      },
    },
  )
  promptId = createPrompt.id
}, MINUTES_MS)

afterAll(() => at?.close(), MINUTES_MS)

const dialog = () => page.getByRole('dialog', { name: /^Letter to a customer/ })
const inspector = () => page.getByRole('region', { name: 'Inspector' })
const idOf = (url: string) => url.split('/').at(-1)

test(
  'what the next message sends is shown as one types, with each part’s source, and the values on screen at sending are those used',
  async () => {
    await page.goto(`${at.running.url}/prompts/${promptId}/run`)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByLabel('customer').fill('Ada')
    await inspector().getByText('Needs a value: subject').waitFor()
    await page.getByLabel('subject').fill('a late delivery')
    await inspector().locator('mark', { hasText: 'a late delivery' }).waitFor()
    await inspector().locator('mark', { hasText: 'We are Hedgehog & Sons.' }).waitFor()
    await inspector().getByText('your own default').waitFor()
    await inspector().getByRole('link', { name: '@company-info' }).waitFor()
    await look(page, 'run-new')

    at.models.script({ text: 'Dear Grace,\n\n```js\nsend()\n```\n\nYours.' })
    await messageBox(page).fill('Be kind')
    await page.getByLabel('customer').fill('Grace')
    await messageBox(page).press('Control+Enter')
    await page.waitForURL('**/executions/*')
    await answers(page).last().getByText('Dear Grace').waitFor()
    await sent(page)
    const { execution } = await askGraphql<Shown>(page, conversation, { id: idOf(page.url()) })
    expect(execution.steps[0]?.input.values).toMatchObject({ customer: 'Grace', subject: 'a late delivery' })
    await inspector().getByRole('radio', { name: 'Last sent' }).check()
    await inspector().locator('mark', { hasText: 'Grace' }).waitFor()
    await inspector().getByRole('link', { name: '@company-info' }).waitFor()
  },
  MINUTES_MS,
)

test(
  'a conversation is renamed in place, and its name is the title here and in another tab',
  async () => {
    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.getByText('Live', { exact: true }).waitFor()
    const title = page.getByRole('navigation', { name: 'Where you are' })
    const rename = title.getByRole('button', { name: 'Rename' })
    const name = title.getByRole('textbox', { name: 'Name' })
    await rename.click()
    await name.fill('The late delivery')
    await name.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'The late delivery' }).waitFor()
    await other.getByRole('heading', { level: 1, name: 'The late delivery' }).waitFor()
    await rename.focus()
    await page.keyboard.press('Enter')
    await name.fill('Not this one')
    await name.press('Escape')
    await page.getByRole('heading', { level: 1, name: 'The late delivery' }).waitFor()
    expect(await rename.evaluate((button) => button === document.activeElement)).toBe(true)
    await other.close()
  },
  MINUTES_MS,
)

test(
  'an answer is rated with a reason, counted with what others said, and a refusal takes it back',
  async () => {
    const answer = answers(page).last()
    await answer.getByRole('button', { name: 'Good answer' }).click()
    await answer.getByRole('button', { name: 'Good answer, 1 said so' }).waitFor()
    // Each thumb tells what was said of its own.
    await page.getByRole('button', { name: 'Good conversation', exact: true }).waitFor()
    await answer.getByRole('button', { name: 'Say why' }).click()
    await page.getByLabel('Why?').fill('Short and kind')
    await page.getByRole('button', { name: 'Keep reason' }).click()
    await answer.getByRole('button', { name: 'Your reason' }).waitFor()
    await page.reload()
    await answer.getByRole('button', { name: 'Good answer, 1 said so' }).waitFor()
    await answer.getByRole('button', { name: 'Your reason' }).waitFor()

    const refusal = { errors: [{ message: 'You may only read.', extensions: { code: 'auth.forbidden' } }] }
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('RateExecution')
        ? route.fulfill({ json: refusal })
        : route.continue(),
    )
    await answer.getByRole('button', { name: 'Bad answer' }).click()
    await page.getByText('Your rating was not kept. You may only read.').waitFor()
    // On a phone it stands above where one writes.
    await page.setViewportSize({ width: 375, height: 812 })
    await page.waitForFunction(() => {
      const boxOf = (which: string) => document.querySelector(which)?.getBoundingClientRect()
      const [toast, composer] = [boxOf('[data-toasts] li'), boxOf('form[data-foot]')]
      return toast && composer && toast.bottom <= composer.top
    })
    await page.setViewportSize({ width: 1440, height: 900 })
    await answer.getByRole('button', { name: 'Good answer, 1 said so' }).waitFor()
    await page.unroute('**/graphql')
    await page.getByRole('button', { name: 'Put this away' }).click()
    await page.getByRole('button', { name: 'Good conversation' }).click()
    await page.getByRole('button', { name: 'Good conversation, 1 said so' }).waitFor()
    await answer.getByRole('button', { name: 'Good answer, 1 said so' }).waitFor()
  },
  MINUTES_MS,
)

test(
  'any answer is generated again in its place, and forked from into a conversation of its own',
  async () => {
    at.models.script({ text: 'A second letter.' }, { text: 'Dear Grace, better.' })
    await send(page, 'Another one')
    await answers(page).last().getByText('A second letter.').waitFor()
    await answers(page).first().getByRole('button', { name: 'Generate this answer again' }).click()
    await answers(page).first().getByText('Dear Grace, better.').waitFor()
    expect(await answers(page).count()).toBe(2)
    await answers(page).first().getByText('to first').waitFor()
    await look(page, 'run-conversation', () => answers(page).first().waitFor())

    const first = page.url()
    await answers(page).first().getByRole('button', { name: 'Fork from here' }).click()
    await page.waitForURL((url) => url.href !== first)
    await answers(page).last().getByText('Dear Grace, better.').waitFor()
    expect(await answers(page).count()).toBe(1)
    await page.getByRole('button', { name: 'Past conversations' }).click()
    const past = page.getByRole('dialog', { name: 'Past conversations' })
    await past.getByRole('link', { name: 'The late delivery' }).nth(1).waitFor()
    expect(await past.getByRole('link', { name: /The late delivery.*fork/ }).count()).toBe(1)
    await page.keyboard.press('Escape')
  },
  MINUTES_MS,
)

test(
  'by keyboard alone: r on a row opens the runner over the list, it answers, and what was closed goes on',
  async () => {
    await page.goto(`${at.running.url}/prompts`)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Letter to a customer', exact: true }).focus()
    await page.keyboard.press('r')
    await dialog().getByLabel('customer').waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Message')
    await page.keyboard.type('Hello')
    await page.keyboard.press('Control+Enter')
    await dialog().getByText('Needs a value', { exact: true }).first().waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
    await page.keyboard.type('Ada')
    await page.keyboard.press('Tab')
    await page.keyboard.type('a garden')
    at.models.script({ tokens: words('rose', 120), chunkDelayMs: 40 })
    await page.keyboard.press('Control+Enter')
    await answers(page).last().getByText('rose3 ').waitFor()
    expect(new URL(page.url()).pathname).toEndWith('/prompts')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '1 running' }).click()
    await page.getByRole('link', { name: /Hello/ }).click()
    await page.waitForURL('**/executions/*')
    await answers(page).last().getByText('rose119').waitFor()
    await answers(page).last().getByText('to first').waitFor()
  },
  MINUTES_MS,
)

test(
  'the dialog opens from the palette, the editor and home, keeps what is written, and becomes a page',
  async () => {
    await page.goto(homeOf(at.running))
    await page.getByText('Live', { exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('letter to')
    await page.getByRole('option', { name: 'Run Letter to a customer' }).click()
    await dialog().getByLabel('customer').fill('Kept')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })

    await page
      .getByRole('main')
      .getByRole('link', { name: /^Letter to a customer/ })
      .click()
    expect(await dialog().getByLabel('customer').inputValue()).toBe('Kept')
    await dialog().getByRole('link', { name: 'Open as page' }).click()
    await page.waitForURL(`**/prompts/${promptId}/run`)
    await page.getByText('Nothing is stored before that.').waitFor()
    expect(await page.getByLabel('customer').inputValue()).toBe('Kept')

    await page.goto(`${at.running.url}/prompts/${promptId}`)
    await page.getByRole('textbox', { name: 'Body' }).and(page.locator('.cm-content')).waitFor()
    await page.getByRole('textbox', { name: 'customer' }).fill('From the editor')
    await page.keyboard.press('Control+Enter')
    expect(await dialog().getByLabel('customer').inputValue()).toBe('From the editor')
    await dialog().getByLabel('subject').fill('tests')
    at.models.script({ text: 'From the editor, with love.' })
    await messageBox(page).fill('Go')
    await messageBox(page).press('Control+Enter')
    await answers(page).last().getByText('with love').waitFor()
    await inspectorTab(page, 'Usage').click()
    await dialog().getByRole('row', { name: 'Sum' }).waitFor()
    await look(page, 'run-dialog', () => answers(page).last().waitFor())
    expect(new URL(page.url()).pathname).toEndWith(`/prompts/${promptId}`)
    await dialog().getByRole('button', { name: 'New conversation' }).click()
    await dialog().getByText('Nothing is stored before that.').waitFor()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)
