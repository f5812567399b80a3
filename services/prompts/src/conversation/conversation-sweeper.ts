import type { Database } from '@quillworks/database/connect'
import { withSystem } from '@quillworks/database/tenant'
import type { Logger } from '@quillworks/service-kit/logger'
import { removeUnstarted } from './conversation.repository.ts'

const sweepMs = 3_600_000
/** As long as an idempotency key lives: until then its caller may still come back to the conversation. */
const keptMs = 30 * 24 * 3_600_000

/** Now and then removes what was written before a start that nobody heard of again. */
export function startConversationSweeper({ system, logger }: { system: Database; logger: Logger }): {
  stop: () => void
} {
  const timer = setInterval(() => {
    sweepConversations(system, new Date()).catch((error: unknown) => {
      logger.warn({ err: error }, 'Conversations that never began were not swept; the next sweep does it')
    })
  }, sweepMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Removes conversations that never began and are older than an idempotency key lives; answers how many. */
export function sweepConversations(system: Database, now: Date): Promise<number> {
  return withSystem(system, (tx) => removeUnstarted(tx, { before: new Date(now.getTime() - keptMs) }))
}
