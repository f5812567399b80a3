import type { Transaction } from '@quillworks/database/connect'
import { invalidInput } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import { isSnippetName, snippetKey } from '../template/grammar.ts'
import { normalizeSnippetName } from '../template/snippet-name.ts'
import { read, write, type UseCase } from '../use-case.ts'
import {
  nameTaken,
  notYoursToDelete,
  ownersToDecide,
  snippetConflict,
  snippetNotFound,
} from './snippet.errors.ts'
import { announceSnippet } from './snippet.events.ts'
import {
  insertSnippet,
  insertSnippetVersion,
  lockName,
  lockSnippet,
  removeSnippet,
  saveSnippetRow,
  shareSnippetVersions,
  snippetsByName,
} from './snippet.repository.ts'
import { checkSnippet, mayDeleteSnippet, ownsSnippet, type Snippet } from './snippet.ts'

export interface NewSnippet {
  name: string
  text: string
  visibility?: Snippet['visibility'] | null | undefined
  comment?: string | null | undefined
}

/** Stores a new snippet with its first version. A name that is taken is `snippet.name_taken`. */
export function createSnippet(useCase: UseCase, input: NewSnippet): Promise<Snippet> {
  const { organizationId, projectId, userId } = useCase.identity
  const name = normalizeSnippetName(input.name)
  const comment = input.comment?.trim() || null
  refuseBad({ name, text: input.text }, comment)
  return write(useCase, async (tx) => {
    const now = new Date()
    const snippet: Snippet = {
      id: newId(),
      organizationId,
      projectId,
      ownerId: userId,
      visibility: input.visibility ?? 'private',
      createdAt: now,
      updatedAt: now,
      name,
      nameKey: snippetKey(name),
      text: input.text,
      versionNumber: 1,
      versionId: newId(),
    }
    await refuseTakenName(tx, snippet)
    await insertSnippet(tx, snippet)
    await insertSnippetVersion(tx, { snippet, createdBy: userId, comment })
    await announceSnippet(tx, { type: 'quillworks.snippet.created.v1', snippet, userId, facts: {} })
    return snippet
  })
}

export interface SnippetChange {
  id: string
  /** The version that the change was made on; with an older one than the newest it is `snippet.conflict`. */
  baseVersion?: number | null | undefined
  name?: string | null | undefined
  text?: string | null | undefined
  visibility?: Snippet['visibility'] | null | undefined
  comment?: string | null | undefined
}

/** Saves a change. A version is made only if name or text differ; nothing at all is written if nothing does. */
export function updateSnippet(useCase: UseCase, change: SnippetChange): Promise<Snippet> {
  const { organizationId, userId } = useCase.identity
  return write(useCase, async (tx) => {
    const current = await lockSnippet(tx, { organizationId, id: change.id })
    if (!current) throw snippetNotFound()
    const base = change.baseVersion ?? current.versionNumber
    if (base !== current.versionNumber) throw snippetConflict({ base, current: current.versionNumber })
    const name = change.name == null ? current.name : normalizeSnippetName(change.name)
    const text = change.text ?? current.text
    const comment = change.comment?.trim() || null
    refuseBad({ name, text }, comment)
    const visibility = change.visibility ?? current.visibility
    const renamed = name !== current.name
    const shared = visibility !== current.visibility
    const versioned = renamed || text !== current.text
    if ((renamed || shared) && !ownsSnippet(useCase.identity, current)) throw ownersToDecide()
    if (!versioned && !shared) return current
    const next: Snippet = {
      ...current,
      name,
      nameKey: snippetKey(name),
      text,
      visibility,
      updatedAt: new Date(),
      ...(versioned ? { versionNumber: current.versionNumber + 1, versionId: newId() } : {}),
    }
    if (renamed || shared) await refuseTakenName(tx, next)
    await saveSnippetRow(tx, next)
    if (shared) await shareSnippetVersions(tx, next)
    if (versioned) await insertSnippetVersion(tx, { snippet: next, createdBy: userId, comment })
    const changed = [
      ...(versioned ? (['version'] as const) : []),
      ...(shared ? (['visibility'] as const) : []),
    ]
    await announceSnippet(tx, {
      type: 'quillworks.snippet.updated.v1',
      snippet: next,
      userId,
      facts: { changed },
    })
    return next
  })
}

/** Removes a snippet with its versions; prompts that name it keep the name as written. Answers it as it was. */
export function deleteSnippet(useCase: UseCase, input: { id: string }): Promise<Snippet> {
  const { organizationId, userId } = useCase.identity
  return write(useCase, async (tx) => {
    const snippet = await lockSnippet(tx, { organizationId, id: input.id })
    if (!snippet) throw snippetNotFound()
    if (!mayDeleteSnippet(useCase.identity, snippet)) throw notYoursToDelete()
    await removeSnippet(tx, snippet)
    await announceSnippet(tx, { type: 'quillworks.snippet.deleted.v1', snippet, userId, facts: {} })
    return snippet
  })
}

/** What a name means for the caller: their own snippet, else the organization's, else null. */
export async function meantSnippet(useCase: UseCase, name: string): Promise<Snippet | null> {
  const { organizationId, userId } = useCase.identity
  const normalized = normalizeSnippetName(name)
  if (!isSnippetName(normalized)) return null
  const keys = [snippetKey(normalized)]
  const rows = await read(useCase, (tx) => snippetsByName(tx, { organizationId, userId, keys }))
  return rows[0] ?? null
}

async function refuseTakenName(tx: Transaction, snippet: Snippet): Promise<void> {
  const others = (await lockName(tx, snippet)).filter((other) => other.id !== snippet.id)
  if (others.some((other) => other.ownerId === snippet.ownerId)) throw nameTaken(snippet.name, 'you')
  if (snippet.visibility === 'organization' && others.some((other) => other.visibility === 'organization')) {
    throw nameTaken(snippet.name, 'organization')
  }
}

function refuseBad(content: { name: string; text: string }, comment: string | null): void {
  const issues = checkSnippet(content, comment)
  if (issues.length > 0) throw invalidInput(issues)
}
