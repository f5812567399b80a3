import DataLoader from 'dataloader'
import { labelsOfPrompts } from '../label/label.repository.ts'
import { pendingMoves } from '../label/label-move.repository.ts'
import type { LabelMoveRow } from '../label/label-move.table.ts'
import type { PromptLabelRow } from '../label/prompt-label.table.ts'
import type { PromptContent } from '../prompt/prompt.ts'
import { contentsOfVersions, findPromptRows, tagsOfPrompts } from '../prompt/prompt.repository.ts'
import type { PromptRow } from '../prompt/prompt.table.ts'
import { findSnippetRows, snippetsByName, textsOfVersions } from '../snippet/snippet.repository.ts'
import type { SnippetRow } from '../snippet/snippet.table.ts'
import { read, type UseCase } from '../use-case.ts'

export interface Loaders {
  prompt: DataLoader<string, PromptRow | null>
  /** By version id; a version never changes, so that nothing read here grows old. */
  content: DataLoader<string, PromptContent | null>
  tags: DataLoader<string, string[]>
  /** By prompt id. */
  labels: DataLoader<string, PromptLabelRow[]>
  /** Moves of labels that wait, by prompt id. */
  moves: DataLoader<string, LabelMoveRow[]>
  snippet: DataLoader<string, SnippetRow | null>
  /** By id of a snippet's version. */
  snippetText: DataLoader<string, string | null>
  /** By `snippetKey`: what a name means for the caller. */
  meant: DataLoader<string, SnippetRow | null>
}

/** Gathers what the rows of one request need into one query each. */
export function createLoaders(useCase: UseCase): Loaders {
  const { organizationId, userId } = useCase.identity
  return {
    prompt: new DataLoader(async (ids) => {
      const rows = await read(useCase, (tx) => findPromptRows(tx, { organizationId, ids }))
      const byId = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => byId.get(id) ?? null)
    }),
    content: new DataLoader(async (ids) => {
      const contents = await read(useCase, (tx) => contentsOfVersions(tx, { organizationId, ids }))
      return ids.map((id) => contents.get(id) ?? null)
    }),
    tags: new DataLoader(async (ids) => {
      const tags = await read(useCase, (tx) => tagsOfPrompts(tx, { organizationId, ids }))
      return ids.map((id) => tags.get(id) ?? [])
    }),
    labels: new DataLoader(async (ids) => {
      const labels = await read(useCase, (tx) => labelsOfPrompts(tx, { organizationId, ids }))
      return ids.map((id) => labels.get(id) ?? [])
    }),
    moves: new DataLoader(async (ids) => {
      const moves = await read(useCase, (tx) => pendingMoves(tx, { organizationId, ids }))
      return ids.map((id) => moves.get(id) ?? [])
    }),
    snippet: new DataLoader(async (ids) => {
      const rows = await read(useCase, (tx) => findSnippetRows(tx, { organizationId, ids }))
      const byId = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => byId.get(id) ?? null)
    }),
    snippetText: new DataLoader(async (ids) => {
      const texts = await read(useCase, (tx) => textsOfVersions(tx, { organizationId, ids }))
      return ids.map((id) => texts.get(id) ?? null)
    }),
    meant: new DataLoader(async (keys) => {
      const rows = await read(useCase, (tx) => snippetsByName(tx, { organizationId, userId, keys }))
      const byKey = new Map(rows.map((row) => [row.nameKey, row]))
      return keys.map((key) => byKey.get(key) ?? null)
    }),
  }
}
