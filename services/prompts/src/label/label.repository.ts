import type { Transaction } from '@quillworks/database/connect'
import { and, eq, inArray } from 'drizzle-orm'
import type { PromptRow } from '../prompt/prompt.table.ts'
import { promptLabels, type PromptLabelRow } from './prompt-label.table.ts'
import { promptPolicies } from './prompt-policy.table.ts'

interface PromptKey {
  organizationId: string
  promptId: string
}

function ofPrompt({ organizationId, promptId }: PromptKey) {
  return and(eq(promptLabels.organizationId, organizationId), eq(promptLabels.promptId, promptId))
}

/** The number of the version that a label stands for, or undefined. */
export async function versionOfLabel(
  tx: Transaction,
  { label, ...key }: PromptKey & { label: string },
): Promise<number | undefined> {
  const [row] = await tx
    .select({ version: promptLabels.version })
    .from(promptLabels)
    .where(and(ofPrompt(key), eq(promptLabels.name, label)))
  return row?.version
}

/** Labels by prompt id, each list by name. */
export async function labelsOfPrompts(
  tx: Transaction,
  { organizationId, ids }: { organizationId: string; ids: readonly string[] },
): Promise<Map<string, PromptLabelRow[]>> {
  const rows = await tx
    .select()
    .from(promptLabels)
    .where(and(eq(promptLabels.organizationId, organizationId), inArray(promptLabels.promptId, [...ids])))
    .orderBy(promptLabels.name)
  return Map.groupBy(rows, (row) => row.promptId)
}

/** Puts a label on a version, away from the one it was on. */
export async function saveLabel(tx: Transaction, row: PromptLabelRow): Promise<void> {
  const { version, setBy, setAt } = row
  await tx
    .insert(promptLabels)
    .values(row)
    .onConflictDoUpdate({
      target: [promptLabels.organizationId, promptLabels.name, promptLabels.promptId],
      set: { version, setBy, setAt },
    })
}

export async function removeLabel(tx: Transaction, key: PromptKey & { label: string }): Promise<void> {
  await tx.delete(promptLabels).where(and(ofPrompt(key), eq(promptLabels.name, key.label)))
}

/** Lets the labels of a prompt be seen by whoever may see the prompt. */
export async function shareLabels(
  tx: Transaction,
  { organizationId, id: promptId, visibility }: Pick<PromptRow, 'organizationId' | 'id' | 'visibility'>,
): Promise<void> {
  await tx.update(promptLabels).set({ visibility }).where(ofPrompt({ organizationId, promptId }))
}

/** What an organization has decided about labels, each list by name. */
export interface PromptPolicy {
  /** Labels that only admins and owners move. */
  protectedLabels: string[]
  /** Labels whose moves somebody else has to approve. */
  reviewedLabels: string[]
}

export async function findPolicy(tx: Transaction, organizationId: string): Promise<PromptPolicy> {
  const { protectedLabels, reviewedLabels } = promptPolicies
  const [row] = await tx
    .select({ protectedLabels, reviewedLabels })
    .from(promptPolicies)
    .where(eq(promptPolicies.organizationId, organizationId))
  return row ?? { protectedLabels: [], reviewedLabels: [] }
}

export async function savePolicy(tx: Transaction, row: typeof promptPolicies.$inferSelect): Promise<void> {
  const { organizationId: _key, ...set } = row
  await tx
    .insert(promptPolicies)
    .values(row)
    .onConflictDoUpdate({ target: promptPolicies.organizationId, set })
}
