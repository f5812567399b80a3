import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { askAsOwner } from '../support/api.ts'
import { newPage, watchErrors } from '../support/browser.ts'
import { join, MINUTES_MS, open, openSettings, type Settings, told } from './settings.test-utils.ts'

let settings: Settings
let page: Page

beforeAll(async () => {
  settings = await openSettings()
  page = settings.page
}, MINUTES_MS)

afterAll(() => settings?.close(), MINUTES_MS)

const row = (name: string | RegExp) => page.getByRole('row', { name })

test(
  'somebody is invited by a link, comes in, gets another role and is removed',
  async () => {
    await open(page, settings.running, 'members')
    await page.getByRole('button', { name: 'Invite a member' }).click()
    await page.getByLabel('E-mail').fill('not an address')
    await page.getByRole('button', { name: 'Make the invitation' }).click()
    await page.getByLabel('E-mail').and(page.locator('[aria-invalid=true]')).waitFor()
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByRole('radio', { name: 'Viewer' }).check()
    await page.getByRole('button', { name: 'Make the invitation' }).click()
    const link = await page.getByLabel('Invitation link').inputValue()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('list', { name: 'Open invitations' }).getByText('ada@example.com').waitFor()

    const ada = await newPage(settings.browser)
    const errors = watchErrors(ada)
    await ada.goto(link)
    const offer = await ada.locator('main').innerText()
    for (const told of ['My workspace', 'ada@example.com', 'as viewer']) expect(offer).toContain(told)
    await ada.getByLabel('Your name').fill('Ada')
    await ada.getByLabel('A password').fill('engines and looms')
    await ada.getByRole('button', { name: 'Join My workspace' }).click()
    await ada.waitForURL('**/my-workspace/default')
    expect(errors).toEqual([])
    await ada.goto(link)
    await ada.getByText('was used, has expired').waitFor()
    await ada.context().close()

    await open(page, settings.running, 'members')
    await page.getByRole('button', { name: 'Role of Ada: Viewer. Change' }).click()
    await page.getByRole('menuitemradio', { name: 'Admin' }).click()
    await told(page, 'Ada is now admin.')
    await page.getByRole('button', { name: 'Role of Ada: Admin. Change' }).waitFor()
    // Nobody changes themselves by mistake.
    expect(await page.getByRole('button', { name: /Role of Owner/ }).count()).toBe(0)
    await row(/Ada/).hover()
    await page.getByRole('button', { name: 'Remove Ada' }).click()
    await page.getByRole('button', { name: 'Remove from the organization' }).click()
    await told(page, 'Ada is no longer a member.')
    expect(await row(/Ada/).count()).toBe(0)
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'an invitation that is taken back no longer opens',
  async () => {
    await open(page, settings.running, 'members')
    await page.getByRole('button', { name: 'Invite a member' }).click()
    await page.getByLabel('E-mail').fill('grace@example.com')
    await page.keyboard.press('Enter')
    const link = await page.getByLabel('Invitation link').inputValue()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Take back the invitation of grace@example.com' }).click()
    await page.getByRole('button', { name: 'Take it back' }).click()
    await told(page, /is taken back/)
    const stranger = await newPage(settings.browser)
    await stranger.goto(link)
    await stranger.getByRole('heading', { name: 'This link no longer opens' }).waitFor()
    await stranger.context().close()
  },
  MINUTES_MS,
)

test(
  'a sign-in link that was used tells how to get another',
  async () => {
    const stranger = await newPage(settings.browser)
    await stranger.goto(await settings.running.ready())
    await stranger.getByText('This link was used already').waitFor()
    expect(await stranger.locator('main').innerText()).toContain('quillworks -- sign-in')
    await stranger.context().close()
  },
  MINUTES_MS,
)

test(
  'a project is made, renamed, given a member, archived and used again',
  async () => {
    const charles = await join(settings, { name: 'Charles', email: 'charles@example.com', role: 'member' })
    await charles.context().close()
    await open(page, settings.running, 'projects')
    await page.getByRole('button', { name: 'New project' }).click()
    await page.getByRole('button', { name: 'Make the project' }).click()
    await page.getByText('A name of 1 to 100 characters.').waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('Letters')
    await page.keyboard.press('Enter')
    await told(page, /Letters is ready/)

    await row(/Letters/).hover()
    await page.getByRole('button', { name: 'More for Letters' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Letters to readers')
    await page.keyboard.press('Enter')
    await told(page, 'The project is renamed.')

    await row(/Letters to readers/).hover()
    await page.getByRole('button', { name: 'More for Letters to readers' }).click()
    await page.getByRole('menuitem', { name: 'Members' }).click()
    await page.getByLabel('Add somebody').fill('char')
    await page.getByRole('option', { name: /Charles/ }).click()
    await page.getByRole('button', { name: 'Take Charles out' }).waitFor()
    await page.getByRole('button', { name: 'Done' }).click()

    await row(/Letters to readers/).hover()
    await page.getByRole('button', { name: 'More for Letters to readers' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await page.getByRole('button', { name: 'Archive the project' }).click()
    await told(page, /is archived/)
    expect(await row(/Letters to readers/).count()).toBe(0)
    await page.getByRole('link', { name: 'Show archived projects' }).click()
    await row(/Letters to readers.*Archived/).hover()
    await page.getByRole('button', { name: 'Use Letters to readers again' }).click()
    await told(page, /is in use again/)
    await page.getByText('No project is archived').waitFor()
    await page.getByRole('link', { name: 'Show projects in use' }).click()
    await row(/Letters to readers/).waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'the nearest of several values is told, and a value is changed and deleted',
  async () => {
    await open(page, settings.running, 'variables')
    const keep = async (scope: string, value: string) => {
      await page.getByRole('button', { name: 'New variable' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('tone')
      await page.getByRole('textbox', { name: 'Value' }).fill(value)
      await page.getByRole('radio', { name: scope }).check()
      await page.getByRole('button', { name: 'Keep this value' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await keep('Organization', 'merry')
    await keep('You', 'calm')
    await row(/tone Organization merry.*not used for you: yours comes first/).waitFor()
    await row(/tone You calm/).hover()
    await row(/tone You calm/)
      .getByRole('button', { name: 'Change tone' })
      .click()
    await page.getByRole('radio', { name: 'JSON' }).check()
    await page.getByRole('textbox', { name: 'Value' }).fill('{')
    await page.getByRole('button', { name: 'Keep this value' }).click()
    await page.getByText('This is not JSON.').waitFor()
    await page.getByRole('textbox', { name: 'Value' }).fill('["calm", "exact"]')
    await page.getByRole('button', { name: 'Keep this value' }).click()
    const changed = row(/tone You \["calm","exact"\]/)
    await changed.hover()
    await changed.getByRole('button', { name: 'Delete tone' }).click()
    await page.getByRole('button', { name: 'Delete the variable' }).click()
    await told(page, 'tone is deleted.')
    await row(/tone Organization merry/).waitFor()
    expect(await page.getByText('not used for you').count()).toBe(0)
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'the organization is renamed and another one is made',
  async () => {
    await open(page, settings.running, 'organization')
    await page.getByLabel('Name of the organization').fill('Analytical Society')
    await page.getByRole('button', { name: 'Rename' }).click()
    await told(page, 'The organization is renamed.')
    await page.getByRole('heading', { level: 2, name: 'Analytical Society' }).waitFor()
    await page.getByRole('button', { name: 'New organization' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Loom Works')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/loom-works/default')
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'a short path leads to the organization that has the thing, wherever one was last',
  async () => {
    const { createPrompt } = await askAsOwner<{ createPrompt: { id: string } }>(
      settings.running,
      'mutation { createPrompt(input: { title: "Shared ground", body: "Say hello." }) { id } }',
    )
    await askAsOwner(settings.running, 'mutation { createOrganization(name: "Short ways") { id } }')
    await page.goto(`${settings.running.url}/short-ways/default`)
    await page.goto(`${settings.running.url}/context`)
    await page.waitForURL('**/short-ways/default/context')
    await page.goto(`${settings.running.url}/prompts/${createPrompt.id}`)
    await page.waitForURL(`**/my-workspace/default/prompts/${createPrompt.id}`)
    await page.goto(`${settings.running.url}/prompts/${crypto.randomUUID()}`)
    await page.getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor()
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)
