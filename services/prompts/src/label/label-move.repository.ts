import type { Transaction } from '@quillworks/database/connect'
import { and, eq, inArray } from 'drizzle-orm'
import type { PromptRow } from '../prompt/prompt.table.ts'
import { labelMoves, type LabelMoveRow } from './label-move.table.ts'

/** Pending moves by prompt id, each list by label. */
export async function pendingMoves(
  tx: Transaction,
  { organizationId, ids }: { organizationId: string; ids: readonly string[] },
): Promise<Map<string, LabelMoveRow[]>> {
  const rows = await tx
    .select()
    .from(labelMoves)
    .where(
      and(
        eq(labelMoves.organizationId, organizationId),
        inArray(labelMoves.promptId, [...ids]),
        eq(labelMoves.status, 'pending'),
      ),
    )
    .orderBy(labelMoves.label)
  return Map.groupBy(rows, (row) => row.promptId)
}

export async function findMove(
  tx: Transaction,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<LabelMoveRow | undefined> {
  const [row] = await tx
    .select()
    .from(labelMoves)
    .where(and(eq(labelMoves.organizationId, organizationId), eq(labelMoves.id, id)))
  return row
}

export async function insertMove(tx: Transaction, row: LabelMoveRow): Promise<void> {
  await tx.insert(labelMoves).values(row)
}

/** Says what became of a move. */
export async function decideMove(tx: Transaction, row: LabelMoveRow): Promise<void> {
  const { organizationId, id, status, decidedBy, decidedAt, decisionComment } = row
  await tx
    .update(labelMoves)
    .set({ status, decidedBy, decidedAt, decisionComment })
    .where(and(eq(labelMoves.organizationId, organizationId), eq(labelMoves.id, id)))
}

/** Lets the moves of a prompt's labels be seen by whoever may see the prompt. */
export async function shareMoves(
  tx: Transaction,
  { organizationId, id, visibility }: Pick<PromptRow, 'organizationId' | 'id' | 'visibility'>,
): Promise<void> {
  await tx
    .update(labelMoves)
    .set({ visibility })
    .where(and(eq(labelMoves.organizationId, organizationId), eq(labelMoves.promptId, id)))
}
