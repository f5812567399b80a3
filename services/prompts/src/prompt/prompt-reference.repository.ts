import type { Transaction } from '@quillworks/database/connect'
import { and, eq } from 'drizzle-orm'
import { snippetKey } from '../template/grammar.ts'
import { referenceLimit } from '../template/limits.ts'
import { snippetNames } from '../template/placeholders.ts'
import { promptReferences } from './prompt-reference.table.ts'
import type { Prompt } from './prompt.ts'

/** Makes what is known of a prompt's snippets that which its newest version names. */
export async function replaceReferences(tx: Transaction, prompt: Prompt): Promise<void> {
  const { organizationId, projectId, ownerId, visibility, content } = prompt
  await tx
    .delete(promptReferences)
    .where(and(eq(promptReferences.organizationId, organizationId), eq(promptReferences.promptId, prompt.id)))
  const names = snippetNames(content).slice(0, referenceLimit)
  if (names.length === 0) return
  await tx.insert(promptReferences).values(
    names.map((name) => ({
      organizationId,
      projectId,
      ownerId,
      visibility,
      promptId: prompt.id,
      nameKey: snippetKey(name),
    })),
  )
}
