import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitUntil } from '@quillworks/local-servers/processes'
import { askGraphql } from '../support/browser.ts'
import { look } from '../support/look.ts'
import {
  alive,
  join,
  MINUTES_MS,
  open,
  openSettings,
  type Settings,
  told,
} from '../settings/settings.test-utils.ts'

// What admins decide about prompts for everybody: overrides of the library, and reviews of labels.

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

test(
  'a label under review moves once another admin has approved it',
  async () => {
    const { page, running } = settings
    await open(page, running, 'organization')
    await page.getByLabel('Another label').fill('Production')
    await page.getByRole('button', { name: 'Add rules' }).click()
    await told(page, /“production” has rules now/)
    await page
      .getByRole('checkbox', { name: 'Moves of production need a review' })
      .and(page.locator(':checked'))
      .waitFor()
    await look(page, 'label-rules')
    const refusal = { errors: [{ message: 'Not now.', extensions: { code: 'auth.forbidden' } }] }
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('mutation SetPromptPolicy')
        ? route.fulfill({ json: refusal })
        : route.continue(),
    )
    const review = page.getByRole('checkbox', { name: 'Moves of production need a review' })
    await review.click()
    await page.getByText('Not now.').waitFor()
    expect(await review.isChecked()).toBe(true)
    await page.unroute('**/graphql')

    const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
      page,
      'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
      { input: { title: 'Weekly letter', body: 'Write to {{name}}.', visibility: 'organization' } },
    )
    await askGraphql(page, 'mutation ($input: UpdatePromptInput!) { updatePrompt(input: $input) { id } }', {
      input: { id: createPrompt.id, body: 'Write a warm letter to {{name}}.' },
    })
    const versions = `${running.url}/my-workspace/default/prompts/${createPrompt.id}/versions`
    await page.goto(versions)
    await alive(page)
    await page.getByRole('button', { name: 'Labels' }).click()
    await page.getByLabel('For whoever reviews it').fill('Readers like it warm')
    await look(page, 'label-review-ask')
    await page.getByRole('button', { name: 'Ask to set “production”' }).click()
    await told(page, /Another admin is asked/)
    const waiting = page.getByRole('list', { name: 'Moves that wait for a review' })
    await waiting.getByRole('button', { name: 'Withdraw' }).waitFor()
    expect(await waiting.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    const label = async () => {
      const { prompt } = await askGraphql<{ prompt: { labels: { version: number }[] } }>(
        page,
        'query ($id: ID!) { prompt(id: $id) { labels { version } } }',
        { id: createPrompt.id },
      )
      return prompt.labels.map(({ version }) => version)
    }
    expect(await label()).toEqual([])

    const grace = await join(settings, { name: 'Grace', email: 'grace@example.com', role: 'admin' })
    await grace.goto(versions)
    await alive(grace)
    await grace.getByText('Owner asks to').waitFor()
    await grace.getByText('Readers like it warm').waitFor()
    await look(grace, 'label-review')
    await grace.getByRole('button', { name: 'Approve' }).click()
    await told(grace, '“production” is version 2 now.')
    await grace.getByRole('list', { name: 'Moves that wait for a review' }).waitFor({ state: 'detached' })
    expect(await label()).toEqual([2])
    await grace.context().close()

    await open(page, running, 'audit')
    for (const deed of ['Approved a move of a label', 'Asked to move a label', 'Set the rules for labels'])
      await page.getByText(deed).first().waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)
