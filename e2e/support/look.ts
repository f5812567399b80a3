import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { brokenRules } from './axe.ts'

/** Pictures of the run's pages, to be looked at. */
const folder = resolve(import.meta.dirname, '../../.artifacts/pages')
const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 375, height: 812 } }

/**
 * Takes a picture of the page in both themes at 1440 and 375 px, and expects no rule of axe broken in any of them and
 * nothing wider than a phone. `ready` is awaited again at each size.
 */
export async function look(page: Page, name: string, ready?: () => Promise<unknown>): Promise<void> {
  mkdirSync(folder, { recursive: true })
  // A page that never comes to rest asks for more than it shows.
  await page.waitForLoadState('networkidle')
  for (const [size, viewport] of Object.entries(widths)) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await ready?.()
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) })
      expect({ name, size, colorScheme, broken: await brokenRules(page) }).toEqual({
        name,
        size,
        colorScheme,
        broken: [],
      })
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect({ name, size, over }).toEqual({ name, size, over: 0 })
  }
  await page.setViewportSize(widths.wide)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}
