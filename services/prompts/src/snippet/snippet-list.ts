export const snippetSorts = ['name_asc', 'name_desc', 'updated_asc', 'updated_desc'] as const
export type SnippetSort = (typeof snippetSorts)[number]

/** True for the sort key that a cursor of this sort carries. */
export function isSnippetSortKey(sort: SnippetSort, key: unknown): key is string | number {
  if (sort.startsWith('updated'))
    return typeof key === 'number' && Number.isSafeInteger(key) && Math.abs(key) <= 8.64e15
  return typeof key === 'string' && key.length <= 400 && !key.includes('\u0000') && key.isWellFormed()
}
