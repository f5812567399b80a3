import { afterAll, beforeAll, expect, test } from 'bun:test'
import { askGraphql } from '../support/browser.ts'
import { look } from '../support/look.ts'
import { asked, openDesk, type Desk } from './optimize-page.test-utils.ts'

// A failure here means that answers cannot be judged beside each other: other values, other models, or text that is gone.

const MINUTES_MS = 240_000
const words = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index} `)
const first = { model: 'gpt-4.1-mini', tokens: words('ink', 300), chunkDelayMs: 40 }
const second = { model: 'gpt-4o-mini', tokens: words('quill', 300), chunkDelayMs: 40 }

let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
  const address = await desk.makePrompt({
    title: 'Letter to a friend',
    body: 'Write to {{friend}}.',
    model: 'openai/gpt-4.1-mini',
    variables: [{ name: 'friend' }],
  })
  await desk.page.goto(`${address}/compare`)
}, MINUTES_MS)

afterAll(async () => {
  await desk?.close()
}, MINUTES_MS)

const column = (number: number) => desk.page.getByRole('region', { name: `Column ${number}`, exact: true })
const markdown = (number: number) => column(number).locator('.markdown')
const ended = (number: number, status: string) =>
  column(number).locator(`[data-status=${status}]`).last().waitFor()
const runButton = () => desk.page.getByRole('button', { name: 'Run', exact: true })
const runOffered = () => runButton().waitFor()
const run = () => runButton().click()
const columnsOf = () => new URL(desk.page.url()).searchParams.getAll('column')

async function choose(number: number, model: string): Promise<void> {
  const { page } = desk
  await page.getByLabel(`Model of column ${number}`).click()
  await page.getByLabel(`Model of column ${number}`).fill(model)
  await page
    .getByRole('option', { name: new RegExp(model) })
    .first()
    .click()
}

test(
  'two models get the values on screen, stream together, and a reload in the middle loses nothing',
  async () => {
    const { page, models } = desk
    await page.locator('fieldset:not([disabled])').first().waitFor()
    await choose(2, 'openai/gpt-4o-mini')
    await look(page, 'compare-empty', runOffered)
    await run()
    await page.getByText('Needs a value', { exact: true }).waitFor()
    expect(asked(desk)).toHaveLength(0)
    await page.getByLabel('friend').fill('Bob')
    await page.getByLabel('friend').fill('Ada')
    models.script(first, second)
    await run()
    await markdown(1).getByText('ink20 ').waitFor()
    await markdown(2).getByText('quill20 ').waitFor()
    await page.getByLabel('friend').fill('Somebody else')
    expect(columnsOf().map((each) => each.split('~').slice(0, 2))).toEqual([
      ['', ''],
      ['openai/gpt-4o-mini', ''],
    ])
    await page.reload()
    await ended(1, 'succeeded')
    await ended(2, 'succeeded')
    expect(await markdown(1).innerText()).toBe(first.tokens.join('').trim())
    expect(await markdown(2).innerText()).toBe(second.tokens.join('').trim())
    await column(1).getByText('to first').waitFor()
    await column(2)
      .getByText(/\$0\.0/)
      .waitFor()
    expect(asked(desk)).toHaveLength(2)
    for (const call of asked(desk)) expect(JSON.stringify(call.body)).toContain('Write to Ada.')
    expect(await page.getByLabel('friend').inputValue()).toBe('Somebody else')
    await page.getByText('were made with another input').waitFor()
    await page.getByLabel('friend').fill('Ada')
    await page.getByText('were made with another input').waitFor({ state: 'detached' })
    await look(page, 'compare', runOffered)
  },
  MINUTES_MS,
)

test(
  'each column names its execution, can be stopped alone, and all of them together',
  async () => {
    const { page, models } = desk
    const before = columnsOf()
    models.script({ ...first, tokens: words('ink', 4_000) }, { ...second, tokens: words('quill', 4_000) })
    await run()
    await markdown(1).getByText('ink5 ').waitFor()
    await markdown(2).getByText('quill5 ').waitFor()
    await page.getByRole('button', { name: 'Stop column 1' }).click()
    await ended(1, 'canceled')
    await page.getByRole('button', { name: 'Stop column 2' }).waitFor()
    await page.getByRole('button', { name: 'Stop all' }).click()
    await ended(2, 'canceled')
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor()
    expect(columnsOf()).not.toEqual(before)
    const ids = columnsOf().map((each) => each.split('~')[2])
    const statuses = await Promise.all(
      ids.map((id) =>
        askGraphql<{ execution: { status: string } }>(
          page,
          'query ($id: ID!) { execution(id: $id) { status } }',
          {
            id,
          },
        ),
      ),
    )
    expect(statuses.map(({ execution }) => execution.status)).toEqual(['canceled', 'canceled'])
    expect(await column(2).getByRole('link', { name: 'Execution' }).getAttribute('href')).toEndWith(
      `/executions/${ids[1]}`,
    )
  },
  MINUTES_MS,
)

test(
  'columns come and go up to four, and on a phone one sees one after the other',
  async () => {
    const { page } = desk
    await page.getByRole('button', { name: 'Add column' }).click()
    await page.getByRole('button', { name: 'Add column' }).click()
    await column(4).waitFor()
    await page.getByRole('button', { name: 'Add column' }).and(page.locator('[aria-disabled=true]')).waitFor()
    await page.getByRole('button', { name: 'Remove column 3' }).click()
    await column(4).waitFor({ state: 'detached' })
    await page.setViewportSize({ width: 375, height: 812 })
    await page.getByRole('button', { name: 'Column 2', exact: true }).click()
    await column(2).waitFor()
    expect(await column(1).isVisible()).toBe(false)
    await look(page, 'compare-phone')
    expect(desk.errors).toEqual([])
  },
  MINUTES_MS,
)
