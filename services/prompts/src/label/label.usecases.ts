import type { Transaction } from '@quillworks/database/connect'
import { invalidInput } from '@quillworks/service-kit/errors'
import { isAdmin } from '../audit/audit.ts'
import { promptNotFound, versionNotFound } from '../prompt/prompt.errors.ts'
import { announce } from '../prompt/prompt.events.ts'
import { findPrompt } from '../prompt/prompt.repository.ts'
import type { Prompt } from '../prompt/prompt.ts'
import { findVersion } from '../prompt/prompt-version.repository.ts'
import { read, store, write, type UseCase } from '../use-case.ts'
import { adminsToDecide, labelNotFound, labelProtected, tooManyLabels } from './label.errors.ts'
import {
  labelsOfPrompts,
  protectedLabels,
  removeLabel,
  saveLabel,
  savePolicy,
  versionOfLabel,
} from './label.repository.ts'
import { checkedLabel, labelLimit } from './label.ts'

/** Puts a label on a version of a prompt, or with null takes it away. Doing it twice changes nothing. */
export function labelPromptVersion(
  useCase: UseCase,
  input: { id: string; label: string; version: number | null },
): Promise<Prompt> {
  const { identity } = useCase
  const { organizationId, userId } = identity
  const { id: promptId, version } = input
  const label = checkedLabel(input.label)
  return write(useCase, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id: promptId }, { lock: true })
    if (!prompt) throw promptNotFound()
    if (!isAdmin(identity) && (await protectedLabels(tx, organizationId)).includes(label)) {
      throw labelProtected(label)
    }
    const labels = (await labelsOfPrompts(tx, { organizationId, ids: [promptId] })).get(promptId) ?? []
    const current = labels.find((one) => one.name === label)
    if ((current?.version ?? null) === version) return prompt
    if (version === null) await removeLabel(tx, { organizationId, promptId, label })
    else {
      const found = await findVersion(tx, { organizationId, promptId, number: version })
      if (!found) throw versionNotFound(version)
      if (!current && labels.length >= labelLimit) throw tooManyLabels(labelLimit)
      const { projectId, ownerId, visibility } = prompt
      const row = { organizationId, projectId, ownerId, visibility, promptId, name: label, version }
      await saveLabel(tx, { ...row, setBy: userId, setAt: new Date() })
    }
    const facts = { label, labeledVersion: version, previousVersion: current?.version ?? null }
    await announce(tx, { type: 'quillworks.prompt.labeled.v1', prompt, userId, facts })
    return prompt
  })
}

/**
 * The number of the version that a call means: the one it names, the one its label stands for, or undefined for the
 * newest. A label that no version has is `prompt.label_not_found`.
 */
export async function versionAskedFor(
  tx: Transaction,
  input: {
    organizationId: string
    promptId: string
    version?: number | null | undefined
    label?: string | null | undefined
  },
): Promise<number | undefined> {
  const { organizationId, promptId } = input
  const label = askedLabel(input)
  if (label === undefined) return input.version ?? undefined
  const number = await versionOfLabel(tx, { organizationId, promptId, label })
  if (number === undefined) throw labelNotFound(label)
  return number
}

/** The label that a call names, as it is kept; undefined for none. Beside a version it is `input.invalid`. */
export function askedLabel(input: {
  version?: number | null | undefined
  label?: string | null | undefined
}): string | undefined {
  const { version, label } = input
  if (label === null || label === undefined) return undefined
  if (version === null || version === undefined) return checkedLabel(label)
  throw invalidInput([{ path: ['label'], message: 'Name a version or a label, not both.' }])
}

export interface PromptPolicy {
  protectedLabels: string[]
}

/** What the organization has decided about its prompts. */
export async function promptPolicy(useCase: UseCase): Promise<PromptPolicy> {
  const { organizationId } = useCase.identity
  return { protectedLabels: await read(useCase, (tx) => protectedLabels(tx, organizationId)) }
}

/** Decides which labels only admins and owners move; those already set stay where they are. */
export async function setPromptPolicy(
  useCase: UseCase,
  input: { protectedLabels: readonly string[] },
): Promise<PromptPolicy> {
  const { identity } = useCase
  if (!isAdmin(identity)) throw adminsToDecide()
  const labels = input.protectedLabels.map((label, index) => checkedLabel(label, ['protectedLabels', index]))
  const kept = [...new Set(labels)].toSorted()
  if (kept.length > labelLimit) {
    throw invalidInput([
      { path: ['protectedLabels'], message: `At most ${labelLimit} labels are protected.` },
    ])
  }
  const { organizationId, userId: setBy } = identity
  await store(useCase, (tx) =>
    savePolicy(tx, { organizationId, protectedLabels: kept, setBy, setAt: new Date() }),
  )
  return { protectedLabels: kept }
}
