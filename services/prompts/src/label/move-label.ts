import type { Transaction } from '@quillworks/database/connect'
import type { Identity } from '@quillworks/service-kit/identity'
import { announce } from '../prompt/prompt.events.ts'
import type { Prompt } from '../prompt/prompt.ts'
import { tooManyLabels } from './label.errors.ts'
import { removeLabel, saveLabel } from './label.repository.ts'
import { labelLimit } from './label.ts'

/** A label away from one version to another; null for none. */
export interface LabelMove {
  label: string
  from: number | null
  to: number | null
}

/** Moves a label in the transaction that holds its prompt, and tells it; both versions are known to be there. */
export async function moveLabel(
  tx: Transaction,
  { organizationId, userId }: Pick<Identity, 'organizationId' | 'userId'>,
  input: LabelMove & {
    prompt: Prompt
    /** How many labels the prompt has. */
    count: number
    /** Who asked for it, where somebody else allowed it. */
    requestedBy?: string
  },
): Promise<void> {
  const { prompt, label, from, to, count, requestedBy } = input
  const { id: promptId, projectId, ownerId, visibility } = prompt
  if (to === null) await removeLabel(tx, { organizationId, promptId, label })
  else {
    if (from === null && count >= labelLimit) throw tooManyLabels(labelLimit)
    const row = { organizationId, projectId, ownerId, visibility, promptId, name: label, version: to }
    await saveLabel(tx, { ...row, setBy: userId, setAt: new Date() })
  }
  const facts = { label, labeledVersion: to, previousVersion: from, ...(requestedBy && { requestedBy }) }
  await announce(tx, { type: 'quillworks.prompt.labeled.v1', prompt, userId, facts })
}
