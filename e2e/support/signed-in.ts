import { startModelServer, type ModelServer } from '@quillworks/testing/model-server'
import type { Browser, Page } from 'playwright-core'
import { homeOf, launchBrowser, newPage, watchErrors } from './browser.ts'
import { newDataDir, removeDataDir, startQuillworks, type Start } from './quillworks.ts'

/** A Quillworks of its own, and a browser with its owner signed in. */
export interface SignedIn {
  running: Start
  /** The scripted model server that is its OpenAI, unless it was opened with `demo`. */
  models: ModelServer
  browser: Browser
  /** The owner's page, at home, 1440 by 900. */
  page: Page
  /** What went wrong inside that page. */
  errors: string[]
  close: () => Promise<void>
}

/**
 * Starts it all. `demo` leaves it without a model key, so that the demo model answers; `env` are further settings, `prepare` is
 * called with the page before it goes anywhere.
 */
export async function openSignedIn(
  options: { demo?: boolean; env?: Record<string, string>; prepare?: (page: Page) => void } = {},
): Promise<SignedIn> {
  const dataDir = newDataDir()
  const models = startModelServer()
  const openai = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: models.openaiBaseUrl }
  const env = { ...(options.demo ? {} : openai), ...options.env }
  const running = await startQuillworks({ dataDir, env })
  const [link, browser] = await Promise.all([running.ready(), launchBrowser()])
  const page = await newPage(browser)
  const errors = watchErrors(page)
  options.prepare?.(page)
  await page.goto(link)
  await page.waitForURL(homeOf(running))
  const close = async () => {
    await browser.close()
    await running.stop()
    await models.close()
    removeDataDir(dataDir)
  }
  return { running, models, browser, page, errors, close }
}
