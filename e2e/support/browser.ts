import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { chromiumPath } from './config.ts'

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

/** A headless Chromium. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
}

/** A page of somebody who has just come, at rest: what appears is judged as it stays. `state` is whose session it has. */
export async function newPage(browser: Browser, state?: StorageState): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...(state && { storageState: state }),
  })
  context.setDefaultTimeout(60_000)
  return context.newPage()
}

/** The home page of the organization and project that a first start makes. */
export const homeOf = ({ url }: { url: string }) => `${url}/my-workspace/default`

/** What went wrong inside pages: uncaught errors, pages that failed and messages of the content policy. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|hydration|A page failed/i.test(message.text()))
      errors.push(message.text())
  })
  return errors
}

/** Asks the API as the person who is signed in on the page; throws what it refuses. */
export async function askGraphql<Data>(page: Page, query: string, variables: object = {}): Promise<Data> {
  const answer = await page.evaluate(async (body) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return (await response.json()) as { data?: unknown; errors?: unknown }
  }, JSON.stringify({ query, variables }))
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer.data as Data
}
