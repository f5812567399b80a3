import type { Address } from '../ui/url-state.ts'

export const pageSize = 50

/** The page of a list that an address asks for, as a connection's arguments. */
export function pageOf(url: Address): {
  first: number | null
  last: number | null
  after: string | null
  before: string | null
} {
  const before = url.searchParams.get('before')
  if (before !== null) return { first: null, last: pageSize, after: null, before }
  return { first: pageSize, last: null, after: url.searchParams.get('after'), before: null }
}
