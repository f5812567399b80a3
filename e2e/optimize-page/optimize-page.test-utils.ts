import type { Locator, Page } from 'playwright-core'
import { askGraphql, homeOf } from '../support/browser.ts'
import { openSignedIn, type SignedIn } from '../support/signed-in.ts'

/** The running product with a scripted model server, and a page on which its owner is signed in. */
export interface Desk extends SignedIn {
  /** Makes a prompt; gives the address of its editor. */
  makePrompt(input: object): Promise<string>
}

export async function openDesk(): Promise<Desk> {
  const at = await openSignedIn()
  return {
    ...at,
    makePrompt: async (input) => {
      const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
        at.page,
        'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
        { input },
      )
      return `${homeOf(at.running)}/prompts/${createPrompt.id}`
    },
  }
}

/** The field once its editor is there: what it shows until then takes text, too. */
export async function editor(page: Page, name: string): Promise<Locator> {
  const found = page.getByRole('textbox', { name, exact: true }).and(page.locator('.cm-content'))
  await found.waitFor()
  return found
}

/** The calls for an answer, without those that ask for a list of models. */
export const asked = ({ models }: Desk) => models.calls.filter(({ protocol }) => protocol !== 'models')

export const dialog = (page: Page): Locator => page.getByRole('dialog')
export const take = (page: Page): Locator =>
  dialog(page).getByRole('button', { name: 'Put it into the editor' })
