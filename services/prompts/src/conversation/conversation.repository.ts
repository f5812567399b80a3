import type { Transaction } from '@quillworks/database/connect'
import { and, eq, isNull, lt } from 'drizzle-orm'
import { conversations, type ConversationRow } from './conversation.table.ts'

interface ConversationKey {
  organizationId: string
  executionId: string
}

function isConversation({ organizationId, executionId }: ConversationKey) {
  return and(eq(conversations.organizationId, organizationId), eq(conversations.executionId, executionId))
}

/** Writes what a conversation's later messages are rendered with. */
export async function insertConversation(tx: Transaction, row: ConversationRow): Promise<void> {
  await tx.insert(conversations).values(row)
}

export async function findConversation(
  tx: Transaction,
  key: ConversationKey,
): Promise<ConversationRow | undefined> {
  const [row] = await tx.select().from(conversations).where(isConversation(key))
  return row
}

/** Notes that executions knows the conversation; from then on it is kept. */
export async function markStarted(tx: Transaction, key: ConversationKey & { now: Date }): Promise<void> {
  await tx
    .update(conversations)
    .set({ startedAt: key.now })
    .where(and(isConversation(key), isNull(conversations.startedAt)))
}

export async function removeConversation(tx: Transaction, key: ConversationKey): Promise<void> {
  await tx.delete(conversations).where(isConversation(key))
}

/** Removes what was never heard of again, over all organizations; answers how many. */
export async function removeUnstarted(tx: Transaction, { before }: { before: Date }): Promise<number> {
  const removed = await tx
    .delete(conversations)
    .where(and(isNull(conversations.startedAt), lt(conversations.createdAt, before)))
    .returning({ id: conversations.executionId })
  return removed.length
}
