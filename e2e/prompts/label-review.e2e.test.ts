import { afterAll, beforeAll, expect, test } from 'bun:test'
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

let settings: Settings
beforeAll(async () => {
  settings = await openSettings()
}, MINUTES_MS)
afterAll(() => settings?.close(), MINUTES_MS)

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

    const ada = await join(settings, { name: 'Ada', email: 'ada@example.com', role: 'admin' })
    await ada.goto(versions)
    await alive(ada)
    await ada.getByText('Owner asks to').waitFor()
    await ada.getByText('Readers like it warm').waitFor()
    await look(ada, 'label-review')
    await ada.getByRole('button', { name: 'Approve' }).click()
    await told(ada, '“production” is version 2 now.')
    await ada.getByRole('list', { name: 'Moves that wait for a review' }).waitFor({ state: 'detached' })
    expect(await label()).toEqual([2])
    await ada.context().close()

    await open(page, running, 'audit')
    for (const deed of ['Approved a move of a label', 'Asked to move a label', 'Set the rules for labels'])
      await page.getByText(deed).first().waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)
