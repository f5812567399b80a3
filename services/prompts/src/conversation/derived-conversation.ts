import type { Transaction } from '@quillworks/database/connect'
import { withSystem } from '@quillworks/database/tenant'
import { AppError } from '@quillworks/service-kit/errors'
import { read, store } from '../use-case.ts'
import { findConversation, findNearest, insertDerived } from './conversation.repository.ts'
import type { ConversationRow } from './conversation.table.ts'
import { askLineage } from './engine.ts'
import type { RunCase } from './run-prompt.usecases.ts'

/** A conversation's template, with what was read for it in the same transaction. */
export interface Found<T> {
  conversation: ConversationRow
  read: T
}

/**
 * The template of a conversation of the caller's own. One that was forked or retried has none at first: it takes that of
 * the nearest conversation that it was made of, which executions alone can say. What is written here can be derived
 * again at any time, so that a crash in between loses nothing.
 */
export async function findOrDerive<T>(
  runCase: RunCase,
  executionId: string,
  work: (tx: Transaction, conversation: ConversationRow) => Promise<T>,
): Promise<Found<T>> {
  const { organizationId, userId } = runCase.identity
  const kept = await read(runCase, async (tx) => {
    const conversation = await findConversation(tx, { organizationId, executionId })
    return conversation && { conversation, read: await work(tx, conversation) }
  })
  if (kept) return kept
  const lineage = await askLineage(runCase.engine, { executionId, organizationId, userId })
  const executionIds = lineage?.conversation ? lineage.earlier : []
  const source = await withSystem(runCase.system, (tx) => findNearest(tx, { organizationId, executionIds }))
  if (!lineage || !source)
    throw new AppError('execution.not_found', 'There is no such conversation of yours.')
  const now = new Date()
  const derived: ConversationRow = {
    ...source,
    executionId,
    projectId: lineage.projectId,
    ownerId: userId,
    visibility: 'private',
    createdAt: now,
    startedAt: now,
  }
  return store(runCase, async (tx) => {
    await insertDerived(tx, derived)
    return { conversation: derived, read: await work(tx, derived) }
  })
}
