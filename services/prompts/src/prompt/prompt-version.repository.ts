import type { Transaction } from '@quillworks/database/connect'
import { and, eq } from 'drizzle-orm'
import type { Prompt } from './prompt.ts'
import { promptVersions, type PromptVersionRow } from './prompt-version.table.ts'

/** One version of a prompt by its number. */
export async function findVersion(
  tx: Transaction,
  key: { organizationId: string; promptId: string; number: number },
): Promise<PromptVersionRow | undefined> {
  const [row] = await tx.select().from(promptVersions).where(isVersion(key))
  return row
}

/** Writes the version that `prompt` points at. */
export async function insertVersion(
  tx: Transaction,
  input: { prompt: Prompt; createdBy: string; comment: string | null; restoredFrom: number | null },
): Promise<void> {
  const { prompt, ...facts } = input
  const { organizationId, projectId, ownerId, visibility } = prompt
  await tx.insert(promptVersions).values({
    ...prompt.content,
    ...facts,
    organizationId,
    projectId,
    ownerId,
    visibility,
    id: prompt.versionId,
    promptId: prompt.id,
    number: prompt.versionNumber,
    createdAt: prompt.updatedAt,
  })
}

/** Says something about a version; false where there is none. */
export async function commentVersion(
  tx: Transaction,
  { comment, ...key }: { organizationId: string; promptId: string; number: number; comment: string | null },
): Promise<boolean> {
  const changed = await tx
    .update(promptVersions)
    .set({ comment })
    .where(isVersion(key))
    .returning({ id: promptVersions.id })
  return changed.length === 1
}

/** Lets the versions of a prompt be seen by whoever may see the prompt. */
export async function shareVersions(tx: Transaction, prompt: Prompt): Promise<void> {
  const { organizationId, id, visibility } = prompt
  await tx
    .update(promptVersions)
    .set({ visibility })
    .where(and(eq(promptVersions.organizationId, organizationId), eq(promptVersions.promptId, id)))
}

function isVersion({
  organizationId,
  promptId,
  number,
}: {
  organizationId: string
  promptId: string
  number: number
}) {
  return and(
    eq(promptVersions.organizationId, organizationId),
    eq(promptVersions.promptId, promptId),
    eq(promptVersions.number, number),
  )
}
