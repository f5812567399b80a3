import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { askAsOwner } from '../support/api.ts'
import { newPage } from '../support/browser.ts'
import { expectNoViolations } from '../support/axe.ts'
import {
  addressOf,
  alive,
  focusOn,
  join,
  MINUTES_MS,
  open,
  openSettings,
  type Part,
  type Settings,
  told,
} from './settings.test-utils.ts'

const parts: [part: Part, heading: string][] = [
  ['account', 'Your account'],
  ['organization', 'My workspace'],
  ['members', 'Who works in My workspace'],
  ['projects', 'Projects keep work apart'],
  ['keys', 'Keys for programs'],
  ['models', 'Models and whose key pays'],
  ['variables', 'Values kept for names'],
  ['audit', 'Who changed what'],
]
const themes = ['light', 'dark'] as const

let settings: Settings
let page: Page

beforeAll(async () => {
  settings = await openSettings()
  page = settings.page
}, MINUTES_MS)

afterAll(() => settings?.close(), MINUTES_MS)

async function judge(where: string): Promise<void> {
  await expectNoViolations(page, where)
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect({ where, beyond }).toEqual({ where, beyond: 0 })
}

/** Both widths and themes of the page on screen. */
async function eachLook(look: (name: string) => Promise<void>): Promise<void> {
  for (const width of [375, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    for (const theme of themes) {
      await show(page, theme)
      await look(`${theme} ${width}`)
    }
  }
}

async function show(on: Page, theme: string): Promise<void> {
  await on.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme)
}

test(
  'each page is there without scripts, says what it is for, and breaks no rule of accessibility',
  async () => {
    const { running } = settings
    await askAsOwner(
      running,
      `mutation {
        a: setVariable(input: { scope: organization, name: "tone", value: "merry" }) { id }
        b: setVariable(input: { scope: user, name: "tone", value: "calm" }) { id }
        c: createApiKey(input: { name: "Nightly reports", scopes: ["prompts:read"] }) { apiKey { id } }
        d: inviteMember(input: { email: "mary@example.com", role: viewer }) { id }
      }`,
    )
    const state = await page.context().storageState()
    const still = await settings.browser.newContext({ javaScriptEnabled: false, storageState: state })
    const bare = await still.newPage()
    for (const [part, heading] of parts) {
      await bare.goto(addressOf(running, part))
      await bare.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor()
    }
    await still.close()
    for (const [part] of parts) {
      // Rows of every kind, and not hundreds of each: axe takes its time for every one.
      const few = part === 'models' ? '?provider=demo&provider=xai' : ''
      await page.goto(`${addressOf(running, part)}${few}`)
      await alive(page)
      await eachLook((look) => judge(`${part} ${look}`))
    }
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'a short address leads to the settings of the place where one was last',
  async () => {
    await page.goto(`${settings.running.url}/settings`)
    await page.waitForURL(addressOf(settings.running, 'account'))
    await page.goto(`${settings.running.url}/settings/models`)
    await page.waitForURL(addressOf(settings.running, 'models'))
  },
  MINUTES_MS,
)

test(
  'an address that no page has is told where one can go on from it',
  async () => {
    const response = await page.goto(`${settings.running.url}/my-workspace/default/nowhere/at/all`)
    expect(response?.status()).toBe(404)
    await page.getByRole('heading', { level: 1, name: 'There is nothing here' }).waitFor()
    await page.getByRole('link', { name: 'Executions' }).click()
    await page.waitForURL('**/my-workspace/default/executions')
  },
  MINUTES_MS,
)

test(
  'dialogs break no rule of accessibility',
  async () => {
    const dialogs: [Part, string][] = [
      ['members', 'Invite a member'],
      ['keys', 'New API key'],
      ['models', 'Add a server'],
      ['variables', 'New variable'],
      ['projects', 'New project'],
    ]
    for (const [part, button] of dialogs) {
      await open(page, settings.running, part)
      await page.getByRole('button', { name: button }).click()
      await page.getByRole('dialog').waitFor()
      for (const theme of themes) {
        await show(page, theme)
        await expectNoViolations(page, `${button} ${theme}`)
      }
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await focusOn(page, button)
    }
    expect(settings.errors).toEqual([])
  },
  MINUTES_MS,
)

test(
  'a viewer is offered nothing that they may not do, and told who can',
  async () => {
    const viewer = await join(settings, { name: 'Mary', email: 'mary@example.com', role: 'viewer' })
    const offers = ['Invite a member', 'New API key', 'Add a server', 'New variable', 'New project', 'Rename']
    const sentences: [Part, RegExp][] = [
      ['members', /Owners and admins invite people/],
      ['keys', /Members, admins and owners make keys/],
      ['models', /Owners and admins set keys/],
      ['variables', /Members, admins and owners change them/],
      ['projects', /Members, admins and owners make and change projects/],
      ['organization', /Owners and admins change what is on this page/],
      ['audit', /The audit log is for admins/],
    ]
    for (const [part, sentence] of sentences) {
      await open(viewer, settings.running, part)
      await viewer.getByText(sentence).first().waitFor()
      for (const name of offers) expect(await viewer.getByRole('button', { name }).count()).toBe(0)
      expect(await viewer.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
    }
    await viewer.goto(`${settings.running.url}/my-workspace/default`)
    await alive(viewer)
    await viewer.getByText('To run and to write, ask one of its admins').waitFor()
    await viewer.keyboard.press('Control+k')
    await viewer.getByPlaceholder('Find a prompt').fill('new snippet')
    await viewer.getByText('Nothing here is called “new snippet”.').waitFor()
    await viewer.context().close()
  },
  MINUTES_MS,
)

test(
  'a viewer reads prompts and snippets, and is told what running and changing them needs',
  async () => {
    const { running } = settings
    const { createSnippet } = await askAsOwner<{ createSnippet: { id: string } }>(
      running,
      'mutation { createSnippet(input: { name: "voice", text: "calm", visibility: organization }) { id } }',
    )
    const { prompts } = await askAsOwner<{ prompts: { edges: { node: { id: string } }[] } }>(
      running,
      '{ prompts(first: 1) { edges { node { id } } } }',
    )
    const prompt = `prompts/${prompts.edges[0]?.node.id}`
    const viewer = await join(settings, { name: 'Joan', email: 'joan@example.com', role: 'viewer' })
    const pages: [address: string, words: string | RegExp][] = [
      ['prompts', 'Write a letter'],
      ['prompts/new', 'writing prompts needs the role Member'],
      [prompt, 'changing and running prompts needs the role Member'],
      [`${prompt}/run`, 'running prompts needs the role Member'],
      [`${prompt}/compare`, 'running prompts needs the role Member'],
      [`${prompt}/versions`, 'See the newest'],
      ['context', '@voice'],
      ['context/new', 'writing snippets needs the role Member'],
      [`context/${createSnippet.id}`, 'changing snippets needs the role Member'],
    ]
    const offer = /^(New|Run|Send|Save|Optimize|Generate|Write the|Edit|Delete|Add|Comment|Labels|Restore)\b/
    for (const [address, words] of pages) {
      await viewer.goto(`${running.url}/my-workspace/default/${address}`)
      await alive(viewer)
      await viewer.getByRole('main').getByText(words).first().waitFor()
      for (const role of ['button', 'link'] as const)
        expect([address, await viewer.getByRole(role, { name: offer }).count()]).toEqual([address, 0])
      await expectNoViolations(viewer, `${address} of a viewer`)
    }
    await viewer.context().close()
  },
  MINUTES_MS,
)

test(
  'the pages of signing in and of invitations break no rule of accessibility',
  async () => {
    const { inviteMember } = await askAsOwner<{ inviteMember: { url: string } }>(
      settings.running,
      'mutation { inviteMember(input: { email: "grace@example.com", role: admin }) { url } }',
    )
    const stranger = await newPage(settings.browser)
    const { url } = settings.running
    for (const address of [`${url}/sign-in?reason=link_expired`, inviteMember.url, `${url}/invitations/no`]) {
      await stranger.goto(address)
      for (const theme of themes) {
        await show(stranger, theme)
        await expectNoViolations(stranger, `${theme} ${address}`)
      }
    }
    await stranger.context().close()
  },
  MINUTES_MS,
)

test(
  'a wrong password is told, and the right one leads to where one wanted to go',
  async () => {
    const charles = await join(settings, { name: 'Charles', email: 'charles@example.com', role: 'member' })
    await open(charles, settings.running, 'account')
    await charles.getByRole('button', { name: 'Sign out' }).click()
    await charles.waitForURL('**/sign-in')
    await charles.goto(addressOf(settings.running, 'members'))
    await charles.waitForURL('**/sign-in?to=*')
    await charles.getByLabel('E-mail').fill('charles@example.com')
    await charles.getByLabel('Password').fill('not this one')
    await charles.getByRole('button', { name: 'Sign in' }).click()
    await charles.getByRole('alert').getByText('do not belong together').waitFor()
    await charles.getByLabel('Password').fill('engines and looms')
    await charles.keyboard.press('Enter')
    await charles.waitForURL(addressOf(settings.running, 'members'))
    await charles.context().close()
  },
  MINUTES_MS,
)

test(
  'a person changes name, theme and password, and signs out another browser',
  async () => {
    const { running, browser } = settings
    const email = 'ada@example.com'
    const ada = await join(settings, { name: 'Ada', email, role: 'admin' })
    await open(ada, running, 'account')
    await ada.getByLabel('Name').fill('Ada Lovelace')
    await ada.getByRole('button', { name: 'Save the name' }).click()
    await told(ada, 'Your name is changed.')
    await ada.getByRole('radio', { name: 'Dark' }).check()
    expect(await ada.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')

    const other = await newPage(browser)
    await other.goto(`${running.url}/sign-in`)
    await other.getByLabel('E-mail').fill(email)
    await other.getByLabel('Password').fill('engines and looms')
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.waitForURL('**/my-workspace/default')
    await ada.reload()
    await alive(ada)
    const sessions = ada.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
    expect(await sessions.count()).toBe(2)
    await sessions
      .nth(1)
      .getByRole('button', { name: /Sign out/ })
      .click()
    await told(ada, /is signed out/)
    expect(await sessions.count()).toBe(1)
    await other.goto(addressOf(running, 'account'))
    await other.waitForURL('**/sign-in?to=*')
    await other.context().close()

    await ada.getByLabel('Current password').fill('a wrong one')
    await ada.getByLabel('New password').fill('looms and engines')
    await ada.getByRole('button', { name: 'Change the password' }).click()
    await ada.getByText('This is not your current password.').waitFor()
    expect(await ada.getByLabel('Current password').getAttribute('aria-invalid')).toBe('true')
    await ada.getByLabel('Current password').fill('engines and looms')
    await ada.getByRole('button', { name: 'Change the password' }).click()
    await told(ada, /Your password is changed/)
    expect((await ada.content()).includes('looms and engines')).toBe(false)
    await ada.context().close()
  },
  MINUTES_MS,
)
