import DataLoader from 'dataloader'
import type { PromptContent } from '../prompt/prompt.ts'
import { contentsOfVersions, findPromptRows, tagsOfPrompts } from '../prompt/prompt.repository.ts'
import type { PromptRow } from '../prompt/prompt.table.ts'
import { read, type UseCase } from '../use-case.ts'

export interface Loaders {
  prompt: DataLoader<string, PromptRow | null>
  /** By version id; a version never changes, so that nothing read here grows old. */
  content: DataLoader<string, PromptContent | null>
  tags: DataLoader<string, string[]>
}

/** Gathers what the rows of one request need into one query each. */
export function createLoaders(useCase: UseCase): Loaders {
  const { organizationId } = useCase.identity
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
  }
}
