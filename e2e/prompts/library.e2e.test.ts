import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { askGraphql } from '../support/browser.ts'
import { look } from '../support/look.ts'
import { join, MINUTES_MS, open, openSettings, type Settings, told } from '../settings/settings.test-utils.ts'

let settings: Settings
beforeAll(async () => {
  settings = await openSettings()
}, MINUTES_MS)
afterAll(() => settings?.close(), MINUTES_MS)

test(
  'a built-in prompt is overridden, said so where it is used, compared and gone back to',
  async () => {
    const { page, running } = settings
    const prompts = `${running.url}/my-workspace/default/prompts`
    await page.goto(prompts)
    await page.getByRole('link', { name: 'Library' }).click()
    await page.getByRole('link', { name: /^Generate a prompt/ }).click()
    await page.getByText('Built in', { exact: true }).waitFor()
    await look(page, 'library')
    await page.getByRole('button', { name: 'Override for this organization' }).click()
    const body = page.getByRole('textbox', { name: 'Body' })
    const built = await body.inputValue()
    await body.fill('Write something.')
    await page.getByRole('button', { name: 'Use this version' }).click()
    await page.getByRole('dialog').getByText('have to stand in it: {{description}}').waitFor()
    await look(page, 'library-override')
    await body.fill(`${built}\n\nAlways be formal.`)
    await page.getByRole('textbox', { name: /What is different/ }).fill('Our house style')
    await page.getByRole('button', { name: 'Use this version' }).click()
    await told(page, /uses your version now/)
    await page.getByText('Your organization’s version 1').waitFor()
    await page.getByRole('radio', { name: 'What differs' }).or(page.getByText('What differs')).first().click()
    await page.getByText('Always be formal.').first().waitFor()
    await look(page, 'library-diff')

    const { generatePrompt } = await askGraphql<{ generatePrompt: { id: string } }>(
      page,
      'mutation { generatePrompt(input: { description: "Letters of thanks", model: "demo/writer" }) { id } }',
    )
    const made = () =>
      askGraphql<{
        optimizationResult: { done: boolean; library: object[] }
        execution: { steps: { input: { body: string; prompt: object } }[] }
      }>(
        page,
        `query ($id: ID!) { optimizationResult(executionId: $id) { done library { key version } }
          execution(id: $id) { steps { input } } }`,
        { id: generatePrompt.id },
      )
    const isDone = async () => (await made()).optimizationResult.done
    expect(await waitUntil({ condition: isDone, timeoutMs: 60_000 })).toBe(true)
    const { optimizationResult, execution } = await made()
    expect(optimizationResult.library).toEqual([{ key: 'generate', version: 1 }])
    expect(execution.steps[0]?.input).toMatchObject({
      body: expect.stringContaining('Always be formal.'),
      prompt: { id: 'library:generate', versionId: 'organization:1', version: 1 },
    })

    const member = await join(settings, { name: 'Ada', email: 'ada@example.com', role: 'member' })
    await member.goto(`${prompts}/new?generate`)
    await member.getByRole('dialog').getByText('version 1 of “Generate a prompt”').waitFor()
    await member.goto(`${prompts}/library?prompt=generate`)
    await member.getByText('Admins and owners can override it').waitFor()
    expect(await member.getByRole('button', { name: /Change|Go back/ }).count()).toBe(0)
    await member.context().close()

    await page.getByRole('button', { name: 'Go back to the built-in one' }).click()
    await page.getByRole('button', { name: 'Use the built-in one' }).click()
    await page.getByText('Built in', { exact: true }).waitFor()
    await open(page, running, 'audit')
    await page.getByText('Went back to a built-in prompt').waitFor()
    await page.getByText('Overrode a library prompt').waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)
