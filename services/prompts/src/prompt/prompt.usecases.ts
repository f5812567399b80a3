import type { Transaction } from '@quillworks/database/connect'
import { invalidInput } from '@quillworks/service-kit/errors'
import type { Identity } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import type { ModelSettings } from '@quillworks/executions/contract'
import { shareLabels } from '../label/label.repository.ts'
import { shareMoves } from '../label/label-move.repository.ts'
import { textProblem } from '../template/limits.ts'
import type { Variable } from '../template/variables.ts'
import { read, write, type UseCase } from '../use-case.ts'
import {
  notYoursToDecide,
  ownersToHide,
  promptConflict,
  promptNotFound,
  versionNotFound,
} from './prompt.errors.ts'
import { announce } from './prompt.events.ts'
import { findPrompt, insertPrompt, replaceTags, savePromptRow } from './prompt.repository.ts'
import {
  checkContent,
  checkTags,
  mayDecideAbout,
  normalizeContent,
  normalizeTags,
  sameContent,
  titleOfCopy,
  type Prompt,
  type PromptContent,
} from './prompt.ts'
import { replaceReferences } from './prompt-reference.repository.ts'
import { commentVersion, findVersion, insertVersion, shareVersions } from './prompt-version.repository.ts'

export type Visibility = Prompt['visibility']

export interface NewPrompt {
  title: string
  body?: string | null | undefined
  system?: string | null | undefined
  model?: string | null | undefined
  settings?: ModelSettings | null | undefined
  variables?: Variable[] | null | undefined
  tags?: string[] | null | undefined
  visibility?: Visibility | null | undefined
  comment?: string | null | undefined
  /** The prompt that this one copies. */
  duplicateOf?: string
}

/** Stores a new prompt with its first version. Bad input is `input.invalid`, all of it at once. */
export function createPrompt(useCase: UseCase, input: NewPrompt): Promise<Prompt> {
  return write(useCase, (tx) => storePrompt(tx, useCase.identity, input))
}

/** As `createPrompt`, in the caller's transaction. */
export async function storePrompt(tx: Transaction, identity: Identity, input: NewPrompt): Promise<Prompt> {
  const content = normalizeContent({
    title: input.title,
    body: input.body ?? '',
    system: input.system ?? '',
    model: input.model ?? null,
    settings: input.settings ?? {},
    variables: input.variables ?? [],
  })
  const tags = normalizeTags(input.tags ?? []).toSorted()
  const comment = input.comment ?? null
  refuseBad(content, tags, comment)
  const { organizationId, projectId, userId } = identity
  const now = new Date()
  const prompt: Prompt = {
    id: newId(),
    organizationId,
    projectId,
    ownerId: userId,
    visibility: input.visibility ?? 'private',
    createdAt: now,
    updatedAt: now,
    title: content.title,
    model: content.model,
    versionNumber: 1,
    versionId: newId(),
    archivedAt: null,
    content,
    tags,
  }
  await insertPrompt(tx, prompt)
  await insertVersion(tx, { prompt, createdBy: userId, comment, restoredFrom: null })
  await replaceTags(tx, prompt)
  await replaceReferences(tx, prompt)
  const facts = input.duplicateOf === undefined ? {} : { duplicateOf: input.duplicateOf }
  await announce(tx, { type: 'quillworks.prompt.created.v1', prompt, userId, facts })
  return prompt
}

export interface PromptChange {
  id: string
  /** The version that the change was made on; with an older one than the newest it is `prompt.conflict`. */
  baseVersion?: number | null | undefined
  title?: string | null | undefined
  body?: string | null | undefined
  system?: string | null | undefined
  /** null takes the model away; undefined leaves it. */
  model?: string | null | undefined
  settings?: ModelSettings | null | undefined
  variables?: Variable[] | null | undefined
  tags?: string[] | null | undefined
  visibility?: Visibility | null | undefined
  comment?: string | null | undefined
  restoredFrom?: number
}

/** Saves a change. A version is made only if the content differs; nothing at all is written if nothing does. */
export async function updatePrompt(useCase: UseCase, change: PromptChange): Promise<Prompt> {
  const { organizationId, userId } = useCase.identity
  return write(useCase, async (tx) => {
    const current = await findPrompt(tx, { organizationId, id: change.id }, { lock: true })
    if (!current) throw promptNotFound()
    const base = change.baseVersion ?? current.versionNumber
    if (base !== current.versionNumber) throw promptConflict({ base, current: current.versionNumber })

    const content = normalizeContent(changedContent(current.content, change))
    const tags = normalizeTags(change.tags ?? current.tags).toSorted()
    const comment = change.comment ?? null
    refuseBad(content, tags, comment)
    const visibility = change.visibility ?? current.visibility
    const changed = {
      version: !sameContent(current.content, content),
      tags: !Bun.deepEquals(tags, current.tags),
      visibility: visibility !== current.visibility,
    }
    if (changed.visibility && !mayDecideAbout(useCase.identity, current)) throw notYoursToDecide()
    // It would be gone from the admin's sight by their own hand, and row level security lets nobody write what is not theirs.
    if (changed.visibility && visibility === 'private' && current.ownerId !== userId) throw ownersToHide()
    const names = (['version', 'tags', 'visibility'] as const).filter((name) => changed[name])
    if (names.length === 0) {
      if (comment === null) return current
      const { id: promptId, versionNumber: number } = current
      await commentVersion(tx, { organizationId, promptId, number, comment })
      return current
    }
    const next: Prompt = {
      ...current,
      title: content.title,
      model: content.model,
      content,
      tags,
      visibility,
      updatedAt: new Date(),
      ...(changed.version ? { versionNumber: current.versionNumber + 1, versionId: newId() } : {}),
    }
    await savePromptRow(tx, next)
    if (changed.visibility) await shareVersions(tx, next)
    if (changed.visibility) await shareLabels(tx, next)
    if (changed.visibility) await shareMoves(tx, next)
    if (changed.version) {
      const restoredFrom = change.restoredFrom ?? null
      await insertVersion(tx, { prompt: next, createdBy: userId, comment, restoredFrom })
    }
    if (changed.tags || changed.visibility) await replaceTags(tx, next)
    if (changed.version || changed.visibility) await replaceReferences(tx, next)
    await announce(tx, {
      type: 'quillworks.prompt.updated.v1',
      prompt: next,
      userId,
      facts: {
        changed: names,
        ...(change.restoredFrom === undefined ? {} : { restoredFrom: change.restoredFrom }),
      },
    })
    return next
  })
}

/** Stores a copy, of an older version if its number is given; the copy is the caller's own and private. */
export async function duplicatePrompt(
  useCase: UseCase,
  input: { id: string; title?: string | null | undefined; version?: number | null | undefined },
): Promise<Prompt> {
  const { content, tags } = await contentToCopy(useCase, input)
  const title = input.title ?? titleOfCopy(content.title)
  return createPrompt(useCase, { ...content, title, tags, duplicateOf: input.id })
}

/** Saves an older version's content as the newest version. */
export async function restorePromptVersion(
  useCase: UseCase,
  input: {
    id: string
    version: number
    baseVersion?: number | null | undefined
    comment?: string | null | undefined
  },
): Promise<Prompt> {
  const { content } = await contentToCopy(useCase, input)
  const { id, baseVersion, comment } = input
  return updatePrompt(useCase, { ...content, id, baseVersion, comment, restoredFrom: input.version })
}

async function contentToCopy(
  useCase: UseCase,
  input: { id: string; version?: number | null | undefined },
): Promise<{ content: PromptContent; tags: string[] }> {
  const { organizationId } = useCase.identity
  return read(useCase, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id: input.id })
    if (!prompt) throw promptNotFound()
    const number = input.version ?? prompt.versionNumber
    const version = await findVersion(tx, { organizationId, promptId: input.id, number })
    if (!version) throw versionNotFound(number)
    const { title, system, body, model, settings, variables } = version
    return { content: { title, system, body, model, settings, variables }, tags: prompt.tags }
  })
}

function changedContent(current: PromptContent, change: PromptChange): PromptContent {
  return {
    title: change.title ?? current.title,
    system: change.system ?? current.system,
    body: change.body ?? current.body,
    model: change.model === undefined ? current.model : change.model,
    settings: change.settings === undefined ? current.settings : (change.settings ?? {}),
    variables: change.variables ?? current.variables,
  }
}

function refuseBad(content: PromptContent, tags: string[], comment: string | null): void {
  const issues = [...checkContent(content), ...checkTags(tags)]
  const problem = comment === null ? undefined : textProblem(comment, 4_000)
  if (problem !== undefined) issues.push({ path: ['comment'], message: `The comment ${problem}.` })
  if (issues.length > 0) throw invalidInput(issues)
}
