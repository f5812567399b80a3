import type { Database } from '@quillworks/database/connect'
import { withSystem, withTenant } from '@quillworks/database/tenant'
import type { Logger } from '@quillworks/service-kit/logger'
import { findUnstarted, markStarted, removeConversation } from './conversation.repository.ts'
import { askLineage, type Engine } from './engine.ts'

const sweepMs = 3_600_000
/** As long as an idempotency key lives: until then its caller may still come back to the conversation. */
const keptMs = 30 * 24 * 3_600_000
const mostAtOnce = 500

export interface SweepTools {
  database: Database
  system: Database
  engine: Engine
}

/** Now and then removes what was written before a start that nobody heard of again. */
export function startConversationSweeper({ logger, ...tools }: SweepTools & { logger: Logger }): {
  stop: () => void
} {
  const timer = setInterval(() => {
    sweepConversations(tools, new Date()).catch((error: unknown) => {
      logger.warn({ err: error }, 'Conversations that never began were not swept; the next sweep does it')
    })
  }, sweepMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/**
 * Removes conversations that are older than an idempotency key lives and that executions does not know; one that it
 * knows had only lost its mark.
 */
export async function sweepConversations(tools: SweepTools, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptMs)
  const unstarted = await withSystem(tools.system, (tx) => findUnstarted(tx, { before, limit: mostAtOnce }))
  for (const { organizationId, executionId, ownerId: userId } of unstarted) {
    const known = await askLineage(tools.engine, { executionId, organizationId, userId })
    const key = { organizationId, executionId }
    if (known)
      await withTenant(tools.database, { organizationId, userId }, (tx) => markStarted(tx, { ...key, now }))
    else await withSystem(tools.system, (tx) => removeConversation(tx, key))
  }
}
