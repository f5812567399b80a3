import { afterAll, beforeAll, expect, test } from 'bun:test'
import { isAlive, waitUntil } from '@quillworks/local-servers/processes'
import type { Page } from 'playwright-core'
import { askGraphql } from '../support/browser.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'
import {
  answers,
  chooseModel,
  chooseValue,
  conversation,
  inspectorTab,
  send,
  sent,
  watchPrefix,
  type Shown,
} from './run-page.test-utils.ts'

const MINUTES_MS = 240_000
const model = 'openai/gpt-4o-mini'
const words = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index} `)

let at: SignedIn
let page: Page
let promptId: string

beforeAll(async () => {
  at = await openSignedIn()
  page = at.page
  const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
    page,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    {
      input: {
        title: 'Letter to a friend',
        body: 'Write to {{friend}} in a {{tone}} tone.',
        model,
        variables: [
          { name: 'friend' },
          { name: 'tone', type: 'choice', choices: ['calm', 'merry'], default: 'calm' },
        ],
      },
    },
  )
  promptId = createPrompt.id
}, MINUTES_MS)

afterAll(() => at?.close(), MINUTES_MS)

const executionCount = async () =>
  (await askGraphql<{ executions: { totalCount: number } }>(page, '{ executions(first: 1) { totalCount } }'))
    .executions.totalCount

test(
  'opening the run page creates nothing, and a missing value is marked instead of sent',
  async () => {
    const before = await executionCount()
    await page.goto(`${at.running.url}/prompts/${promptId}/run`)
    await page.getByRole('button', { name: 'friend needs a value' }).waitFor()
    await send(page, 'Hello')
    await page.getByText('Needs a value', { exact: true }).waitFor()
    expect(await page.getByLabel('friend').getAttribute('aria-invalid')).toBe('true')
    expect(await executionCount()).toBe(before)
    expect(at.models.calls).toHaveLength(0)
  },
  MINUTES_MS,
)

test(
  'the first message makes the execution, its answer arrives live, and a killed gateway costs no character',
  async () => {
    const tokens = words('ink', 240)
    at.models.script({ tokens, chunkDelayMs: 40, usage: { inputTokens: 21, outputTokens: 240 } })
    await page.getByLabel('friend').fill('Ada')
    await inspectorTab(page, 'Steps').click()
    await send(page, 'Tell her about engines')
    await page.keyboard.type('And then', { delay: 15 })
    await page.waitForURL('**/executions/*')
    await answers(page).last().waitFor()
    await page.keyboard.type(' about looms')
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('And then about looms')
    expect(await inspectorTab(page, 'Steps').getAttribute('aria-selected')).toBe('true')
    await inspectorTab(page, 'Usage').click()
    await page.getByRole('row', { name: 'Sum told at the end' }).waitFor()
    const whole = tokens.join('').trim()
    const breaks = await watchPrefix(page, whole)
    await answers(page).last().getByText('ink30 ').waitFor()
    const gateway = at.running.processes().get('gateway')
    if (!gateway) throw new Error('The gateway is not running.')
    process.kill(gateway.pid, 'SIGKILL')
    expect(await waitUntil({ condition: () => !isAlive(gateway), timeoutMs: 10_000 })).toBe(true)
    await page.getByText('The connection is lost.').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByText('The connection is lost.').waitFor({ state: 'detached' })
    await answers(page).last().getByText('21 in, 240 out').waitFor()
    expect(await answers(page).last().locator('.markdown').innerText()).toBe(whole)
    expect(await breaks()).toEqual([])
    expect(at.models.calls).toHaveLength(1)
  },
  MINUTES_MS,
)

test(
  'tokens, cost and times on the page are those of the API',
  async () => {
    const id = page.url().split('/').at(-1)
    const { execution } = await askGraphql<Shown>(page, conversation, { id })
    expect(execution).toMatchObject({ status: 'waiting', usage: { inputTokens: 21, outputTokens: 240 } })
    expect(execution.usage.costUsd).toBeGreaterThan(0)
    await inspectorTab(page, 'Usage').click()
    const sum = page.getByRole('row', { name: 'Sum' })
    expect(await sum.innerText()).toContain(`$${Number(execution.usage.costUsd?.toPrecision(2))}`)
    await answers(page).last().getByText('to first').waitFor()
  },
  MINUTES_MS,
)

test(
  'its address restores the conversation with the last values, and it goes on with others',
  async () => {
    at.models.script({ text: 'As merry as you like.' })
    await page.reload()
    await answers(page).last().getByText('ink239').waitFor()
    expect(await page.getByLabel('friend').inputValue()).toBe('Ada')
    await chooseValue(page, 'tone', 'merry')
    await send(page, 'Again, please')
    await answers(page).last().getByText('As merry as you like.').waitFor()
    await answers(page).last().getByText('to first').waitFor()
    await sent(page)
    const { execution } = await askGraphql<Shown>(page, conversation, { id: page.url().split('/').at(-1) })
    expect(execution.steps.map(({ input }) => [input.message, input.values['tone']])).toEqual([
      ['Tell her about engines', 'calm'],
      ['Again, please', 'merry'],
    ])
  },
  MINUTES_MS,
)

test(
  'the reader may scroll away from an answer that arrives; stopped, it keeps its text; generated again, it has its place',
  async () => {
    at.models.script({ tokens: words('slow', 400), chunkDelayMs: 40 }, { text: 'Quick and whole.' })
    await send(page, 'Take your time')
    await answers(page).last().getByText('slow5 ').waitFor()
    const log = page.getByRole('log')
    const top = () => log.evaluate((element) => element.scrollTop)
    await log.evaluate((element) => element.scrollTo({ top: 40 }))
    const toEnd = page.getByRole('button', { name: 'To the end' })
    await toEnd.waitFor()
    await answers(page).last().getByText('slow40 ').waitFor()
    expect(await top()).toBe(40)
    await toEnd.click()
    await toEnd.waitFor({ state: 'detached' })
    expect(await top()).toBeGreaterThan(40)
    await page.getByRole('button', { name: 'Stop' }).click()
    await answers(page).last().getByText('The text up to here is kept.').waitFor()
    expect(await answers(page).last().locator('.markdown').innerText()).toStartWith('slow0 slow1')
    const count = await answers(page).count()
    await answers(page).last().getByRole('button', { name: 'Generate this answer again' }).click()
    await answers(page).last().getByText('Quick and whole.').waitFor()
    expect(await answers(page).count()).toBe(count)
    await page.getByText('the answer before').waitFor()
  },
  MINUTES_MS,
)

test(
  'a refused call says why and what was kept, and trying again answers',
  async () => {
    at.models.script(
      { fault: { kind: 'status', status: 400, message: 'The scripted model refuses this.' } },
      { text: 'Now it works.' },
    )
    await send(page, 'This will fail')
    const notice = answers(page).last().getByRole('alert')
    await notice.waitFor()
    expect(await notice.innerText()).toContain('Try again or choose another model.')
    await notice.getByRole('button', { name: 'Try again' }).click()
    await answers(page).last().getByText('Now it works.').waitFor()
  },
  MINUTES_MS,
)

test(
  'another model answers what one could not, and goes on with the conversation',
  async () => {
    const box = page.getByLabel('Model', { exact: true })
    expect(await box.inputValue()).toBe(model)
    at.models.script({ fault: { kind: 'status', status: 400, message: 'The scripted model refuses this.' } })
    await send(page, 'Somebody else, then')
    const notice = answers(page).last().getByRole('alert')
    await notice.waitFor()
    expect(await notice.innerText()).not.toContain('message[')
    await box.click()
    await box.fill('nonsense')
    await page.getByText('Nothing is called “nonsense”.').waitFor()
    await page.keyboard.press('Escape')
    const calls = at.models.calls.length
    await chooseModel(page, 'demo/quick')
    await notice.getByRole('button', { name: 'Try again' }).click()
    await answers(page).last().getByText('demo model (demo/quick)').waitFor()
    await answers(page).last().getByText('to first').waitFor()
    expect(at.models.calls).toHaveLength(calls)
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Message')
    await page.reload()
    expect(await box.inputValue()).toBe('demo model (demo/quick)')
    await chooseModel(page, model)
  },
  MINUTES_MS,
)

test(
  'a list open elsewhere shows each change by itself, and what is said in a second tab comes to the first',
  async () => {
    const list = await page.context().newPage()
    await list.goto(`${at.running.url}/executions`)
    await list.getByText('Live', { exact: true }).waitFor()
    const id = page.url().split('/').at(-1)
    const row = list.locator(`[data-execution="${id}"]`)
    await row.locator('[data-status=waiting]').waitFor()
    at.models.script({ tokens: words('list', 60), chunkDelayMs: 40 })
    await send(page, 'One more')
    await row.locator('[data-status=running]').waitFor()
    await row.locator('[data-status=waiting]').waitFor()
    await list.goto(page.url())
    await answers(list).last().getByText('list59').waitFor()
    expect(await list.getByLabel('friend').inputValue()).toBe('Ada')
    at.models.script({ text: 'Heard in both.' })
    await send(list, 'From over there')
    await answers(list).last().getByText('Heard in both.').waitFor()
    await answers(page).last().getByText('Heard in both.').waitFor()
    await list.close()
  },
  MINUTES_MS,
)

test(
  'a conversation goes on after its prompt has changed, and after it was deleted',
  async () => {
    const update = 'mutation ($input: UpdatePromptInput!) { updatePrompt(input: $input) { id } }'
    await askGraphql(page, update, { input: { id: promptId, body: 'Now {{different}}.', variables: [] } })
    await page.reload()
    expect(await page.getByLabel('friend').inputValue()).toBe('Ada')
    at.models.script({ text: 'Still the first version.' }, { text: 'Still here.' })
    await send(page, 'After the change')
    await answers(page).last().getByText('Still the first version.').waitFor()
    await answers(page).last().getByText('to first').waitFor()
    await askGraphql(page, 'mutation ($id: ID!) { deletePrompt(id: $id) { id } }', { id: promptId })
    await page.reload()
    await page.getByText('The prompt was deleted.').waitFor()
    expect(await page.getByLabel('tone').inputValue()).toBe('merry')
    await send(page, 'After the end')
    await answers(page).last().getByText('Still here.').waitFor()
  },
  MINUTES_MS,
)

test(
  'who is not signed in meets the sign-in page, and no page had an error',
  async () => {
    const stranger = await (await at.browser.newContext()).newPage()
    await stranger.goto(`${at.running.url}/executions?show=failed`)
    expect(new URL(stranger.url()).pathname).toBe('/sign-in')
    await stranger.getByLabel('E-mail').fill('nobody@example.com')
    await stranger.getByLabel('Password').fill('not the password')
    await stranger.getByRole('button', { name: 'Sign in' }).click()
    await stranger.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor()
    await stranger.context().close()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)
