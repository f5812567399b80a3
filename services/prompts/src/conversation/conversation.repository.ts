import type { Transaction } from '@quillworks/database/connect'
import { and, eq, inArray, isNull, lt } from 'drizzle-orm'
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
  await tx.insert(conversations).values(row).prepare('insert_conversation').execute()
}

/** As `insertConversation`, unless somebody has just done it. */
export async function insertDerived(tx: Transaction, row: ConversationRow): Promise<void> {
  await tx.insert(conversations).values(row).onConflictDoNothing()
}

/** The first of these executions, in the order given, that a template is kept of. Of any owner: for a system role. */
export async function findNearest(
  tx: Transaction,
  { organizationId, executionIds }: { organizationId: string; executionIds: string[] },
): Promise<ConversationRow | undefined> {
  if (executionIds.length === 0) return undefined
  const rows = await tx
    .select()
    .from(conversations)
    .where(
      and(eq(conversations.organizationId, organizationId), inArray(conversations.executionId, executionIds)),
    )
  const byId = new Map(rows.map((row) => [row.executionId, row]))
  const nearest = executionIds.find((id) => byId.has(id))
  return nearest === undefined ? undefined : byId.get(nearest)
}

export async function findConversation(
  tx: Transaction,
  key: ConversationKey,
): Promise<ConversationRow | undefined> {
  const [row] = await tx
    .select()
    .from(conversations)
    .where(isConversation(key))
    .prepare('conversation')
    .execute()
  return row
}

/** Notes that executions knows the conversation; from then on it is kept. */
export async function markStarted(tx: Transaction, key: ConversationKey & { now: Date }): Promise<void> {
  await tx
    .update(conversations)
    .set({ startedAt: key.now })
    .where(and(isConversation(key), isNull(conversations.startedAt)))
    .prepare('conversation_started')
    .execute()
}

export async function removeConversation(tx: Transaction, key: ConversationKey): Promise<void> {
  await tx.delete(conversations).where(isConversation(key))
}

/** What executions has not been heard to know, over all organizations. */
export function findUnstarted(
  tx: Transaction,
  { before, limit }: { before: Date; limit: number },
): Promise<Pick<ConversationRow, 'organizationId' | 'executionId' | 'ownerId'>[]> {
  const { organizationId, executionId, ownerId } = conversations
  return tx
    .select({ organizationId, executionId, ownerId })
    .from(conversations)
    .where(and(isNull(conversations.startedAt), lt(conversations.createdAt, before)))
    .limit(limit)
}
