import type { Transaction } from '@quillworks/database/connect'
import { invalidInput } from '@quillworks/service-kit/errors'
import { isAdmin, note, type Administration } from '../audit/audit.ts'
import { promptNotFound, versionNotFound } from '../prompt/prompt.errors.ts'
import { findPrompt } from '../prompt/prompt.repository.ts'
import type { Prompt } from '../prompt/prompt.ts'
import { findVersion } from '../prompt/prompt-version.repository.ts'
import { read, store, write, type UseCase } from '../use-case.ts'
import { adminsToDecide, labelNotFound, labelProtected } from './label.errors.ts'
import {
  findPolicy,
  labelsOfPrompts,
  savePolicy,
  versionOfLabel,
  type PromptPolicy,
} from './label.repository.ts'
import { checkedComment, checkedLabel, labelLimit } from './label.ts'
import { requestMove } from './label-move.usecases.ts'
import { moveLabel } from './move-label.ts'

/**
 * Puts a label on a version of a prompt, or with null takes it away; where the organization asks for a review, asks for
 * that instead. Doing it twice changes nothing.
 */
export function labelPromptVersion(
  admin: Administration,
  input: { id: string; label: string; version: number | null; comment?: string | null | undefined },
): Promise<Prompt> {
  const { identity } = admin
  const { organizationId } = identity
  const { id: promptId, version } = input
  const label = checkedLabel(input.label)
  const comment = checkedComment(input.comment)
  return write(admin, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id: promptId }, { lock: true })
    if (!prompt) throw promptNotFound()
    const policy = await findPolicy(tx, organizationId)
    if (!isAdmin(identity) && policy.protectedLabels.includes(label)) throw labelProtected(label)
    const labels = (await labelsOfPrompts(tx, { organizationId, ids: [promptId] })).get(promptId) ?? []
    const current = labels.find((one) => one.name === label)?.version ?? null
    if (current === version) return prompt
    if (version !== null) {
      const found = await findVersion(tx, { organizationId, promptId, number: version })
      if (!found) throw versionNotFound(version)
    }
    const move = { prompt, label, from: current, to: version }
    if (policy.reviewedLabels.includes(label)) await requestMove(tx, admin, { ...move, comment })
    else await moveLabel(tx, identity, { ...move, count: labels.length })
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

/** What the organization has decided about labels. */
export function promptPolicy(useCase: UseCase): Promise<PromptPolicy> {
  const { organizationId } = useCase.identity
  return read(useCase, (tx) => findPolicy(tx, organizationId))
}

/**
 * Decides which labels only admins and owners move, and which moves somebody else has to approve; what is left out
 * stays as it is, and so do the labels.
 */
export async function setPromptPolicy(
  admin: Administration,
  input: { protectedLabels: readonly string[]; reviewedLabels?: readonly string[] | null | undefined },
): Promise<PromptPolicy> {
  const { identity } = admin
  if (!isAdmin(identity)) throw adminsToDecide()
  const given = {
    protectedLabels: checkedLabels(input.protectedLabels, 'protectedLabels'),
    ...(input.reviewedLabels && { reviewedLabels: checkedLabels(input.reviewedLabels, 'reviewedLabels') }),
  }
  const { organizationId, userId: setBy } = identity
  return store(admin, async (tx) => {
    const before = await findPolicy(tx, organizationId)
    const policy = { ...before, ...given }
    if (Bun.deepEquals(before, policy)) return policy
    await savePolicy(tx, { organizationId, ...policy, setBy, setAt: new Date() })
    await note(tx, admin, {
      action: 'prompt_policy.set',
      targetType: 'prompt_policy',
      targetId: null,
      targetName: null,
      details: { ...policy },
    })
    return policy
  })
}

function checkedLabels(labels: readonly string[], field: string): string[] {
  const kept = [...new Set(labels.map((label, index) => checkedLabel(label, [field, index])))].toSorted()
  if (kept.length <= labelLimit) return kept
  throw invalidInput([{ path: [field], message: `At most ${labelLimit} labels are named here.` }])
}
