import type { VariablesOf } from '../graphql/graphql.ts'
import { sortOf, type Address, type Sort } from '../ui/url-state.ts'
import type { promptListQuery } from './prompt-list.documents.ts'

/** Rows of a page. */
export const pageSize = 50

const sortKeys = ['title', 'updated', 'created'] as const
const usualSort: Sort = { key: 'updated', descending: true }

type Variables = VariablesOf<typeof promptListQuery>
type PromptSort = NonNullable<Variables['sort']>

/** How the list is sorted, as its address says. */
export function promptSortOf(url: Address): Sort {
  return sortOf(url, { keys: sortKeys, usual: usualSort })
}

/** What the API is asked for the list at this address. */
export function promptListVariables(url: Address, projectId: string): Variables {
  const params = url.searchParams
  const { key, descending } = promptSortOf(url)
  const before = params.get('before')
  const archived = params.get('archived') === 'yes'
  return {
    ...(before ? { last: pageSize, before } : { first: pageSize, after: params.get('after') }),
    search: params.get('search'),
    tag: params.get('tag'),
    model: params.get('model'),
    label: params.get('label'),
    projectId,
    archived,
    sort: `${key}_${descending ? 'desc' : 'asc'}` as PromptSort,
  }
}
