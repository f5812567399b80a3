import { invalidInput, type Issue } from '@quillworks/service-kit/errors'

/** The arguments of a Relay connection. */
export interface PageArguments {
  first?: number | null | undefined
  last?: number | null | undefined
  after?: string | null | undefined
  before?: string | null | undefined
}

/** Which rows are read: `limit` of them, from the beginning or, backward, from the end. */
export interface PageWindow {
  limit: number
  backward: boolean
}

const usual = 25
const most = 100

/** What a page asks for; both directions at once, or too much, is `input.invalid`. */
export function pageWindow({ first, last }: PageArguments): PageWindow {
  const issues: Issue[] = []
  const backward = last !== null && last !== undefined
  if (backward && first !== null && first !== undefined) {
    issues.push({ path: ['last'], message: 'Ask for the first or for the last, not for both.' })
  }
  for (const [name, count] of Object.entries({ first, last })) {
    if (count !== null && count !== undefined && (count < 1 || count > most)) {
      issues.push({ path: [name], message: `A page has 1 to ${most} rows.` })
    }
  }
  if (issues.length > 0) throw invalidInput(issues)
  return { limit: (backward ? last : first) ?? usual, backward }
}

/** A Relay connection. */
export interface Connection<T> {
  edges: { cursor: string; node: T }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
}

/** Makes the connection of rows read in the window's direction, one more than its limit if there are more. */
export function connectionOf<T>(input: {
  rows: readonly T[]
  window: PageWindow
  page: PageArguments
  cursor: (row: T) => string
}): Connection<T> {
  const { window, page } = input
  const more = input.rows.length > window.limit
  const kept = input.rows.slice(0, window.limit)
  const edges = (window.backward ? kept.toReversed() : kept).map((node) => ({
    cursor: input.cursor(node),
    node,
  }))
  return {
    edges,
    pageInfo: {
      hasNextPage: window.backward ? Boolean(page.before) : more,
      hasPreviousPage: window.backward ? more : Boolean(page.after),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}
