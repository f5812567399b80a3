import type { Locator, Page } from 'playwright-core'

export const conversation = `query ($id: ID!) { execution(id: $id) {
  status
  usage { inputTokens outputTokens costUsd }
  steps { key input }
} }`

export interface Shown {
  execution: {
    status: string
    usage: { inputTokens: number; outputTokens: number; costUsd: number | null }
    steps: { key: string; input: { message: string; values: Record<string, unknown> } }[]
  }
}

export const answers = (page: Page): Locator => page.getByRole('article', { name: 'Answer' })
export const messageBox = (page: Page): Locator => page.getByLabel('Message', { exact: true })

/** Writes a message and sends it by keyboard, once the answer before it has ended and sending is offered again. */
export async function send(page: Page, message: string): Promise<void> {
  // The form opens once the page is alive; what is written before that may be lost.
  await page.locator('fieldset:not([disabled])').first().waitFor({ state: 'attached' })
  await messageBox(page).fill(message)
  await page.locator('button:not([disabled])', { hasText: /^\s*Send\s*$/ }).waitFor()
  await messageBox(page).press('Enter')
}

/** Chooses a model for the next messages, by its whole name. */
export async function chooseModel(page: Page, id: string): Promise<void> {
  const box = page.getByLabel('Model', { exact: true })
  await box.click()
  await box.fill(id)
  const name = page.getByText(id, { exact: true }).or(page.getByText(`demo model (${id})`, { exact: true }))
  await page.getByRole('option').filter({ has: name }).click()
}

/** Chooses one of the choices of a variable. */
export async function chooseValue(page: Page, name: string, choice: string): Promise<void> {
  await page.getByLabel(name).click()
  await page.getByRole('option', { name: choice, exact: true }).click()
}

export const inspectorTab = (page: Page, name: string): Locator => page.getByRole('tab', { name })

/**
 * From now on looks at the last answer at each change of the page; gives a function that tells every text seen that
 * was not a beginning of `whole`, or shorter than one before it.
 */
export async function watchPrefix(page: Page, whole: string): Promise<() => Promise<string[]>> {
  await page.evaluate((expected) => {
    const breaks: string[] = []
    let longest = 0
    const look = () => {
      const shown =
        [...document.querySelectorAll('article[aria-label=Answer] .markdown')].at(-1)?.textContent?.trim() ??
        ''
      if (!expected.startsWith(shown) || shown.length < longest) breaks.push(shown.slice(-80))
      longest = Math.max(longest, shown.length)
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    Object.assign(window, { breaks })
  }, whole)
  return () => page.evaluate(() => (window as unknown as { breaks: string[] }).breaks)
}

/** Waits until the server has acknowledged what was sent and the box is empty again. */
export async function sent(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('textarea[aria-label=Message]')?.value === '',
  )
}
