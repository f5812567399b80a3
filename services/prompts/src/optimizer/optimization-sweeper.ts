import type { Database } from '@quillworks/database/connect'
import { withSystem } from '@quillworks/database/tenant'
import type { Logger } from '@quillworks/service-kit/logger'
import { removeOldOptimizations } from './optimization.repository.ts'

const sweepMs = 3_600_000
const keptMs = 30 * 24 * 3_600_000
const mostAtOnce = 500

/** Now and then removes what optimizers were given long ago; what was accepted stands in a prompt. */
export function startOptimizationSweeper({ system, logger }: { system: Database; logger: Logger }): {
  stop: () => void
} {
  const timer = setInterval(() => {
    sweepOptimizations(system, new Date()).catch((error: unknown) => {
      logger.warn({ err: error }, 'Old results of optimizers were not swept; the next sweep does it')
    })
  }, sweepMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Removes what is older than 30 days. */
export async function sweepOptimizations(system: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptMs)
  await withSystem(system, (tx) => removeOldOptimizations(tx, { before, limit: mostAtOnce }))
}
