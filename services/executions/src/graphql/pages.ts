import { invalidInput } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
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

type CursorName = 'after' | 'before'
type Decode = (cursor: string | null | undefined, name: CursorName) => string | null

/** What a position in a list may look like; a cursor that holds anything else is refused before it reaches SQL. */
export const positions = {
  id: isId,
  number: (text: string) => /^\d{1,9}$/.test(text),
}

/** Makes and reads the opaque cursors of one list; `scope` is its sort and filter, and cursors of another are refused. */
export function cursorsOf(scope: unknown, isPosition: (text: string) => boolean) {
  const mark = new Bun.CryptoHasher('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 8)
  const encode = (position: string) => Buffer.from(`${mark}:${position}`).toString('base64url')
  const decode: Decode = (cursor, name) => {
    if (cursor === null || cursor === undefined) return null
    const text = Buffer.from(cursor, 'base64url').toString()
    const position = text.slice(mark.length + 1)
    if (text.startsWith(`${mark}:`) && isPosition(position)) return position
    const message = 'This cursor does not belong to this list with this sort and these filters.'
    throw invalidInput([{ path: [name], message }])
  }
  return { encode, decode }
}

/** Checks `first`, `after`, `last` and `before`; 25 rows by default, 100 (or `most`) at most. */
export function pageOf(input: PageInput, decode: Decode, most = mostRows): Page {
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
  const [after, before] = [decode(input.after, 'after'), decode(input.before, 'before')]
  return { limit, backward: last != null, after, before }
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

/** A page that ended at `cursor` before it was full: reading goes on from there. */
export function goingOn<Node>(connection: Connection<Node>, page: Page, cursor: string): Connection<Node> {
  const onward = page.backward
    ? { hasPreviousPage: true, startCursor: cursor }
    : { hasNextPage: true, endCursor: cursor }
  return { ...connection, pageInfo: { ...connection.pageInfo, ...onward } }
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
