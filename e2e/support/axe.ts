import { expect } from 'bun:test'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[]
}

interface AxeOptions {
  /** A menu or a list of choices is open: it hangs outside of the landmarks for as long as it is used. */
  floating?: boolean
}

const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** The rules of axe that the page breaks, each with the first element that does; those of WCAG 2.2 AA and good practice. */
export async function brokenRules(page: Page, { floating = false }: AxeOptions = {}): Promise<string[]> {
  // Its code is half a megabyte, and quicker from the second run on.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  const { violations } = await page.evaluate(
    (rules) =>
      (window as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe.run({ rules }),
    { region: { enabled: !floating } },
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary ?? ''}`)
}

/** Fails with each rule that the page breaks; `where` says which page, theme and width it is. */
export async function expectNoViolations(page: Page, where: string, options: AxeOptions = {}): Promise<void> {
  expect((await brokenRules(page, options)).map((rule) => `${where}: ${rule}`)).toEqual([])
}
