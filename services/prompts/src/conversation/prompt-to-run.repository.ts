import type { Transaction } from '@quillworks/database/connect'
import { and, eq } from 'drizzle-orm'
import { prompts } from '../prompt/prompt.table.ts'
import { promptVersions } from '../prompt/prompt-version.table.ts'

/**
 * What a run takes from a prompt and one of its versions, the newest where `number` is undefined; undefined where there
 * is no such prompt, its `version` null where it has none of that number. One statement, whose plan is kept.
 */
export async function findPromptToRun(
  tx: Transaction,
  { organizationId, id, number }: { organizationId: string; id: string; number: number | undefined },
) {
  const { title, projectId, visibility, versionNumber } = prompts
  const { id: versionId, number: found, model, settings, system, body, variables } = promptVersions
  const [row] = await tx
    .select({
      prompt: { id: prompts.id, title, projectId, visibility, versionNumber },
      version: { id: versionId, number: found, model, settings, system, body, variables },
    })
    .from(prompts)
    .leftJoin(
      promptVersions,
      and(
        eq(promptVersions.organizationId, prompts.organizationId),
        eq(promptVersions.promptId, prompts.id),
        eq(found, number ?? versionNumber),
      ),
    )
    .where(and(eq(prompts.organizationId, organizationId), eq(prompts.id, id)))
    .prepare('prompt_to_run')
    .execute()
  return row
}
