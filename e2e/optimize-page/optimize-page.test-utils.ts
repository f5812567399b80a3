import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import type { Browser, Locator, Page } from 'playwright-core'
import { askGraphql, homeOf, launchBrowser, watchErrors } from '../support/browser.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from '../support/quillworks.ts'

/** The running product with a scripted model server, and a page on which its owner is signed in. */
export interface Desk {
  running: Start
  models: ModelServer
  page: Page
  errors: string[]
  /** Makes a prompt; gives the address of its editor. */
  makePrompt(input: object): Promise<string>
  close(): Promise<void>
}

export async function openDesk(): Promise<Desk> {
  const dataDir = newDataDir()
  const models = startModelServer()
  const running = await startQuillworks({
    dataDir,
    env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: models.openaiBaseUrl },
  })
  const [link, browser]: [string, Browser] = await Promise.all([running.ready(), launchBrowser()])
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const errors = watchErrors(page)
  await page.goto(link)
  await page.waitForURL(homeOf(running))
  return {
    running,
    models,
    page,
    errors,
    makePrompt: async (input) => {
      const { createPrompt } = await askGraphql<{ createPrompt: { id: string } }>(
        page,
        'mutation ($input: CreatePromptInput!) { createPrompt(input: $input) { id } }',
        { input },
      )
      return `${homeOf(running)}/prompts/${createPrompt.id}`
    },
    close: async () => {
      await browser.close()
      await running.stop()
      await models.close()
      removeDataDir(dataDir)
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
