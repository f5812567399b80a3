import type { VariablesOf } from '../graphql/graphql.ts'
import { sortOf, type Address, type Sort } from '../ui/url-state.ts'
import type { snippetsQuery } from './snippet.documents.ts'

/** Rows of a page. */
export const pageSize = 50
const usual: Sort = { key: 'name', descending: false }
type Variables = VariablesOf<typeof snippetsQuery>

/** How the list is sorted, as its address says. */
export function snippetSortOf(url: Address): Sort {
  return sortOf(url, { keys: ['name', 'updated'], usual })
}

/** What the API is asked for the list at this address. */
export function snippetListVariables(url: Address): Variables {
  const { key, descending } = snippetSortOf(url)
  const before = url.searchParams.get('before')
  return {
    ...(before ? { last: pageSize, before } : { first: pageSize, after: url.searchParams.get('after') }),
    search: url.searchParams.get('search'),
    sort: `${key}_${descending ? 'desc' : 'asc'}` as NonNullable<Variables['sort']>,
  }
}
