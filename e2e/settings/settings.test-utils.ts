import type { Page } from 'playwright-core'
import { askAsOwner } from '../support/api.ts'
import { newPage } from '../support/browser.ts'
import type { Start } from '../support/quillworks.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'

export const MINUTES_MS = 240_000

export type Part =
  'account' | 'organization' | 'members' | 'projects' | 'keys' | 'models' | 'variables' | 'audit'

export type Settings = SignedIn

/** With no model key, as the settings are at first. */
export const openSettings = (): Promise<Settings> => openSignedIn({ demo: true })

export function addressOf({ url }: Start, part: Part, place = 'my-workspace/default'): string {
  return `${url}/${place}/settings/${part}`
}

/** Opens a page of the settings with its scripts at work. */
export async function open(page: Page, start: Start, part: Part): Promise<void> {
  await page.goto(addressOf(start, part))
  await alive(page)
}

/** Waits until the page's scripts are at work: the connection is made by them. */
export async function alive(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).waitFor({ state: 'attached' })
}

/** Somebody who has joined by an invitation with this role, signed in on a page of their own. */
export async function join(
  settings: Settings,
  person: { name: string; email: string; role: 'admin' | 'member' | 'viewer' },
): Promise<Page> {
  const { running, browser } = settings
  const { name, email, role } = person
  const { inviteMember } = await askAsOwner<{ inviteMember: { url: string } }>(
    running,
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { url } }',
    { input: { email, role } },
  )
  const page = await newPage(browser)
  await page.goto(inviteMember.url)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('A password').fill('engines and looms')
  await page.getByRole('button', { name: 'Join My workspace' }).click()
  await page.waitForURL('**/my-workspace/default')
  return page
}

/** The words of the newest message in passing. */
export function told(page: Page, words: string | RegExp): Promise<void> {
  return page.getByRole('region', { name: 'Notifications' }).getByText(words).last().waitFor()
}

/** Waits until what is called so has the focus, as it gets it back from a dialog. */
export async function focusOn(page: Page, name: string): Promise<void> {
  await page
    .locator(':focus')
    .and(page.getByRole('button', { name, exact: true }))
    .waitFor()
}

/** Presses Tab until the button of this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const wanted = page.getByRole('button', { name, exact: true }).and(page.locator(':focus'))
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await wanted.count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${name}.`)
}
