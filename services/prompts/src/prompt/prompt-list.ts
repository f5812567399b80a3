/** What a list of prompts is narrowed to. */
export interface PromptFilter {
  search: string | null
  tag: string | null
  model: string | null
  label: string | null
  projectId: string | null
  /** `snippetKey` of a snippet's name that the prompt refers to. */
  snippet: string | null
  /** null for both. */
  archived: boolean | null
}

export const promptSorts = [
  'created_asc',
  'created_desc',
  'title_asc',
  'title_desc',
  'updated_asc',
  'updated_desc',
] as const
export type PromptSort = (typeof promptSorts)[number]

const wordLimit = 20

/** The words of a search as a text search query: each must begin a word; null where there is none to look for. */
export function searchQuery(search: string): string | null {
  const words =
    search
      .slice(0, 1_000)
      .toWellFormed()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return words.length === 0
    ? null
    : words
        .slice(0, wordLimit)
        .map((word) => `${word}:*`)
        .join(' & ')
}

/** True for the sort key that a cursor of this sort carries. */
export function isSortKey(sort: PromptSort, key: unknown): key is string | number | null {
  if (sort.startsWith('created')) return key === null
  if (sort.startsWith('updated'))
    return typeof key === 'number' && Number.isSafeInteger(key) && Math.abs(key) <= 8.64e15
  return typeof key === 'string' && key.length <= 800 && !key.includes('\u0000')
}
