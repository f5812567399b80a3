import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { join } from '../settings/settings.test-utils.ts'
import { brokenRules } from '../support/axe.ts'
import { askGraphql, watchErrors } from '../support/browser.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'
import { answers, send } from './run-page.test-utils.ts'

// How answers end that are not whole, and what readers, colleagues among them, and the next request are told of them.

const MINUTES_MS = 240_000
const model = 'openai/gpt-4o-mini'

let at: SignedIn
let page: Page

beforeAll(async () => {
  at = await openSignedIn()
  page = at.page
}, MINUTES_MS)

afterAll(() => at?.close(), MINUTES_MS)

/** Opens the run page of a new prompt. */
async function openPrompt(input: object = {}): Promise<void> {
  const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
    page,
    'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
    { input: { title: 'Story', body: 'A story, please.', model, ...input } },
  )
  await page.goto(`${at.running.url}/prompts/${createPrompt.id}/run`)
  await page.getByText('Live', { exact: true }).waitFor()
}

/** What the model was sent last. */
const lastRequest = () => at.models.calls.findLast(({ protocol }) => protocol !== 'models')?.body

test(
  'what was stopped stays part of the talk: the next request carries its message and its text so far',
  async () => {
    const pieces = ['Once upon ', 'a time ', 'there was']
    at.models.script({ tokens: pieces, fault: { kind: 'stall', afterChunk: 4 } }, { text: 'Gladly.' })
    await openPrompt()
    await send(page, 'FIRST')
    await page.waitForURL('**/executions/*')
    await answers(page).last().getByText('Once upon').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped. The text up to here is kept.').waitFor()
    const shown = await answers(page).last().locator('.markdown').innerText()
    await send(page, 'SECOND after stop')
    await answers(page).last().getByText('Gladly.').waitFor()
    const sent = lastRequest()?.['messages'] as { role: string; content: string }[]
    expect(sent.map(({ role, content }) => [role, content.trim()])).toEqual([
      ['user', 'A story, please.\n\nFIRST'],
      ['assistant', shown.trim()],
      ['user', 'SECOND after stop'],
    ])
  },
  MINUTES_MS,
)

test(
  'a refusal, an answer of nothing and one cut off say so in the talk',
  async () => {
    at.models.script(
      { text: 'I will not.', finish: 'refused' },
      { text: '', finish: 'refused' },
      { text: '' },
      { text: 'Once upon', finish: 'length' },
      { text: 'The end.' },
    )
    await openPrompt()
    const notes = [
      'The model declined to answer. What it said is kept.',
      'The model declined to answer.',
      'The answer was empty.',
      'The answer was cut off at the greatest length that it may have.',
    ]
    for (const [index, note] of notes.entries()) {
      await send(page, `Message ${index}`)
      await answers(page).nth(index).getByText(note, { exact: true }).waitFor()
    }
    await send(page, 'The last')
    await answers(page).last().getByText('The end.').waitFor()
    const sent = lastRequest()?.['messages'] as { content: string }[]
    expect(sent.map(({ content }) => content)).toEqual([
      'A story, please.\n\nMessage 0',
      'I will not.',
      'Message 1\n\nMessage 2\n\nMessage 3',
      'Once upon',
      'The last',
    ])
  },
  MINUTES_MS,
)

test(
  'a shared prompt says before the first message who can read its runs, and they say it too; a private one is read by one alone',
  async () => {
    const { organization } = await askGraphql<{ organization: { name: string } }>(
      page,
      '{ organization { name } }',
    )
    const everybody = `can be read by everybody in ${organization.name}, values included.`
    await openPrompt({ visibility: 'organization' })
    await page.getByText(`Runs of this shared prompt ${everybody}`).waitFor()
    at.models.script({ text: 'For all.' })
    await send(page, 'Hello')
    await page.getByText(`This conversation ${everybody}`).waitFor()
    await answers(page).last().getByText('For all.').waitFor()
    const id = page.url().split('/').at(-1)
    await page.goto(`${at.running.url}/executions?selected=${id}`)
    await page.getByText('everybody in the organization').waitFor()
    await openPrompt()
    expect(await page.getByText('can be read by everybody').count()).toBe(0)
    at.models.script({ text: 'For one.' })
    await send(page, 'Hello')
    await answers(page).last().getByText('For one.').waitFor()
    expect(await page.getByText('can be read by everybody').count()).toBe(0)
    const own = page.url().split('/').at(-1)
    await page.goto(`${at.running.url}/executions?selected=${own}`)
    await page.getByText('you alone').waitFor()
  },
  MINUTES_MS,
)

test(
  'an address that is none is what the sign-in page asks to correct, and no page had an error',
  async () => {
    const stranger = await (await at.browser.newContext()).newPage()
    await stranger.goto(`${at.running.url}/sign-in`)
    await stranger.getByLabel('E-mail').fill('a@b.c')
    await stranger.getByLabel('Password').fill('not the password')
    await stranger.getByRole('button', { name: 'Sign in' }).click()
    await stranger.getByRole('alert').filter({ hasText: 'not a full e-mail address' }).waitFor()
    await stranger.context().close()
    expect(at.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'a colleague reads along without a say in it, and goes on in a conversation of their own',
  async () => {
    const reader = await join(at, { name: 'Ada', email: 'ada@example.com', role: 'member' })
    const readersErrors = watchErrors(reader)
    at.models.script({ text: 'The moon makes tides.' }, { text: 'Wind does, too.' })
    await openPrompt({ title: 'Tides', visibility: 'organization' })
    await send(page, 'What makes them?')
    await answers(page).last().getByText('The moon makes tides.').waitFor()
    // The answer has ended once sending is offered again.
    await page.getByRole('button', { name: 'Send' }).waitFor()
    const shared = page.url()
    const id = shared.split('/').at(-1)

    await reader.goto(shared)
    await reader.getByText('’s: you read along').waitFor()
    expect(await reader.getByLabel('Message', { exact: true }).count()).toBe(0)
    await reader.goto(`${at.running.url}/executions?selected=${id}`)
    await reader.getByText('everybody in the organization').waitFor()
    expect(await reader.getByRole('button', { name: 'Cancel' }).count()).toBe(0)
    await page.goto(`${at.running.url}/executions?selected=${id}`)
    await page.getByRole('button', { name: 'Cancel' }).waitFor()

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
    expect([...at.errors, ...readersErrors]).toEqual([])
    await reader.context().close()
  },
  MINUTES_MS,
)
