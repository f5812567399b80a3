import { AppError, invalidInput } from '@quillworks/service-kit/errors'
import { builder } from './builder.ts'

export interface PageInput {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}

/** A page to read: `limit` rows from `after` or before `before`, which are positions in the list's own order. */
export interface Page {
  limit: number
  backward: boolean
  after: string | null
  before: string | null
}

export interface PageInfo {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor: string | null
  endCursor: string | null
}

export interface Connection<Node> {
  edges: { cursor: string; node: Node }[]
  pageInfo: PageInfo
}

const mostRows = 100

/** Makes and reads the opaque cursors of one list; `scope` is its sort and filter, and cursors of another are refused. */
export function cursorsOf(scope: unknown) {
  const mark = new Bun.CryptoHasher('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 8)
  const encode = (position: string) => Buffer.from(`${mark}:${position}`).toString('base64url')
  const decode = (cursor: string | null | undefined): string | null => {
    if (cursor === null || cursor === undefined) return null
    const text = Buffer.from(cursor, 'base64url').toString()
    if (text.slice(0, 9) !== `${mark}:`) {
      throw new AppError(
        'cursor.invalid',
        'This cursor belongs to another list, sort or filter. Begin again without it.',
      )
    }
    return text.slice(9)
  }
  return { encode, decode }
}

/** Checks `first`, `after`, `last` and `before`; 25 rows by default, 100 (or `most`) at most. */
export function pageOf(
  input: PageInput,
  decode: (cursor: string | null | undefined) => string | null,
  most = mostRows,
): Page {
  const { first, last } = input
  if (first != null && last != null) {
    throw invalidInput([{ path: ['last'], message: 'Give first or last, not both.' }])
  }
  const limit = first ?? last ?? Math.min(25, most)
  if (limit < 1 || limit > most) {
    throw invalidInput([
      { path: [last == null ? 'first' : 'last'], message: `Give a number from 1 to ${most}.` },
    ])
  }
  return { limit, backward: last != null, after: decode(input.after), before: decode(input.before) }
}

/** Builds the connection of `rows`, which were read with one more than the page's limit, in the order of reading. */
export function connectionOf<Node>(
  page: Page,
  rows: Node[],
  cursorOf: (node: Node) => string,
): Connection<Node> {
  const more = rows.length > page.limit
  const kept = rows.slice(0, page.limit)
  if (page.backward) kept.reverse()
  const edges = kept.map((node) => ({ cursor: cursorOf(node), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: page.backward ? page.before !== null : more,
      hasPreviousPage: page.backward ? more : page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

export const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  directives: [{ name: 'shareable', args: {} }],
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.exposeString('startCursor', { nullable: true }),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
})
