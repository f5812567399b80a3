import { afterAll, beforeAll, expect, test } from 'bun:test'
import { look } from '../support/look.ts'
import { asked, dialog, editor, openDesk, take, type Desk } from './optimize-page.test-utils.ts'

// A failure here means that a person can lose a placeholder, or a text of their own, to an optimizer.

const MINUTES_MS = 240_000
const model = 'openai/gpt-4.1-mini'
const names = [
  ...Array.from({ length: 12 }, (_, n) => `{{value_${n + 1}}}`),
  '@company-info',
  '@tone',
  '@sign-off',
]
const system = 'You write for @company-info, @tone.'
const body = `Write a report.\n${names
  .slice(0, 12)
  .map((name, n) => `Part ${n + 1}: ${name}`)
  .join('\n')}\n@sign-off`
const answerWith = (text: string) => `<system>\n${system}\n</system>\n<body>\n${text}\n</body>`

let desk: Desk

beforeAll(async () => {
  desk = await openDesk()
}, MINUTES_MS)

afterAll(async () => {
  await desk?.close()
}, MINUTES_MS)

async function openOptimizer(): Promise<void> {
  await desk.page.getByRole('button', { name: 'Optimize', exact: true }).click()
  await dialog(desk.page).waitFor()
}

const start = () => dialog(desk.page).getByRole('button', { name: 'Optimize', exact: true }).click()

test(
  'unsaved text is optimized, seen beside one’s own, taken, given back, and saved with every name',
  async () => {
    const { page } = desk
    await page.goto(await desk.makePrompt({ title: 'Report', system, body, model: 'demo/writer' }))
    const text = await editor(page, 'Body')
    await text.click()
    await page.keyboard.press('Control+End')
    await page.keyboard.insertText('\nAnd {{unsaved}}.')
    await page.getByText('Unsaved changes').waitFor()
    const own = await text.innerText()
    await openOptimizer()
    await look(page, 'optimize', () => dialog(page).getByLabel('What you wish for it').waitFor())
    await start()
    await take(page).waitFor()
    expect(await dialog(page).getByRole('alert').count()).toBe(0)
    await dialog(page).locator('ins').first().waitFor()
    await look(page, 'optimize-result', () => take(page).waitFor())
    await dialog(page).getByRole('radio', { name: 'Inline' }).check()
    await dialog(page).locator('ins').first().waitFor()
    await take(page).click()

    await page.getByText('The model’s text is in the editor').waitFor()
    const made = await text.innerText()
    expect(made).not.toBe(own)
    const all = `${await (await editor(page, 'System')).innerText()}\n${made}`
    for (const name of [...names, '{{unsaved}}']) expect(all).toContain(name)
    await look(page, 'optimize-taken', () => editor(page, 'Body'))
    await page.getByRole('button', { name: 'Back to your own text' }).click()
    await page.getByText('Your own text is back').waitFor()
    expect(await text.innerText()).toBe(own)
    await page.getByRole('button', { name: 'Take the model’s text again' }).click()
    expect(await text.innerText()).toBe(made)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('link', { name: 'v2, all versions' }).waitFor()
  },
  MINUTES_MS,
)

test(
  'a placeholder that the model drops twice is shown as lost, and goes only where one says so',
  async () => {
    const { page, models } = desk
    await page.goto(await desk.makePrompt({ title: 'Report of a careless model', system, body, model }))
    const text = await editor(page, 'Body')
    const own = await text.innerText()
    const answer = answerWith(body.replace('{{value_7}}', 'the seventh').replace('@sign-off', 'Bye'))
    models.script({ model: 'gpt-4.1-mini', text: answer }, { model: 'gpt-4.1-mini', text: answer })
    const calls = asked(desk).length
    await openOptimizer()
    await start()
    const lost = dialog(page).getByRole('alert')
    await lost
      .getByText('The model dropped {{value_7}} and @sign-off even after it was asked again.')
      .waitFor()
    expect(await lost.getByRole('listitem').allInnerTexts()).toEqual([
      '{{value_7}} placeholder',
      '@sign-off snippet',
    ])
    expect(asked(desk)).toHaveLength(calls + 2)
    await look(page, 'optimize-lost', () => lost.waitFor())
    await take(page).click({ force: true })
    await take(page).and(page.locator('[aria-disabled=true]')).waitFor()
    expect(await text.innerText()).toBe(own)
    await dialog(page).getByRole('checkbox', { name: 'Take it without {{value_7}} and @sign-off' }).check()
    await take(page).click()
    await page.getByText('The model’s text is in the editor').waitFor()
    expect(await text.innerText()).not.toContain('{{value_7}}')
    await page.getByRole('button', { name: 'Back to your own text' }).click()
    await page.getByText('Your own text is back').waitFor()
    expect(await text.innerText()).toBe(own)
  },
  MINUTES_MS,
)

test(
  'one that comes back when asked for is told; stopped in the middle, all stays as it was',
  async () => {
    const { page, models } = desk
    const text = await editor(page, 'Body')
    const own = await text.innerText()
    models.script(
      { model: 'gpt-4.1-mini', text: answerWith(body.replace('{{value_7}}', '')) },
      { model: 'gpt-4.1-mini', text: answerWith(`Better.\n${body}`) },
    )
    await openOptimizer()
    await start()
    await dialog(page).getByText('the model kept every one of them').waitFor()
    await dialog(page).getByRole('button', { name: 'Dismiss' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await text.innerText()).toBe(own)

    const tokens = ['<body>\n', ...Array.from({ length: 2_000 }, (_, n) => `ink${n} `)]
    models.script({ model: 'gpt-4.1-mini', tokens, chunkDelayMs: 50 })
    await openOptimizer()
    await start()
    await dialog(page).getByText('ink5 ').waitFor()
    await look(page, 'optimize-streaming', () => dialog(page).getByText('The model is writing').waitFor())
    await page.reload()
    await page.getByRole('button', { name: 'Optimizing …' }).click()
    await dialog(page).getByText('ink5 ').waitFor()
    await dialog(page).getByRole('button', { name: 'Stop' }).click()
    await dialog(page).getByText('Stopped. Your own text is as it was.').waitFor()
    await dialog(page).getByRole('button', { name: 'Dismiss' }).click()
    expect(await text.innerText()).toBe(own)
  },
  MINUTES_MS,
)

test(
  'a prompt is generated from a description, named, and saved in place',
  async () => {
    const { page } = desk
    await page.keyboard.press('Control+k')
    await page.keyboard.type('generate a prompt')
    await page.getByRole('option', { name: /Generate a prompt/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/prompts/new')
    await dialog(page).getByLabel('What the prompt is for').fill('Invitations to the party of our choir')
    await look(page, 'generate', () => dialog(page).getByLabel('What the prompt is for').waitFor())
    await dialog(page).getByLabel('Model').click()
    await page.getByRole('option', { name: /demo model \(demo\/writer\)/ }).click()
    await dialog(page).getByRole('button', { name: 'Generate prompt' }).click()
    await page.getByText('The model’s text is in the editor').waitFor()
    const title = page.getByRole('textbox', { name: 'Title', exact: true })
    expect(await title.inputValue()).toContain('Invitations')
    const placeholders = (await (await editor(page, 'Body')).innerText()).match(/\{\{(\w+)\}\}/g) ?? []
    expect(placeholders.length).toBeGreaterThan(0)
    for (const name of placeholders)
      await page.getByRole('region', { name: `Variable ${name.slice(2, -2)}`, exact: true }).waitFor()

    const before = await title.inputValue()
    await page.getByRole('button', { name: 'Back to your own text' }).click()
    expect(await title.inputValue()).toBe('')
    await page.getByRole('button', { name: 'Take the model’s text again' }).click()
    expect(await title.inputValue()).toBe(before)

    await page.getByRole('button', { name: 'Generate a title' }).click()
    await page.getByText('Named it').waitFor()
    expect(await title.inputValue()).not.toBe('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForURL(/\/prompts\/[0-9a-f-]{36}$/)
    expect(desk.errors).toEqual([])
  },
  MINUTES_MS,
)
