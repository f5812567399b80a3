import { invalidInput } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { asc, desc, gt, lt, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'

const defaultSize = 50
const maxSize = 200

/** The arguments of a Relay connection, as GraphQL gives them. */
export interface PageArguments {
  first?: number | null | undefined
  last?: number | null | undefined
  after?: string | null | undefined
  before?: string | null | undefined
}

export interface Page<Node> {
  edges: { cursor: string; node: Node }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
}

function cursorOf(id: string): string {
  return Buffer.from(`id:${id}`).toString('base64url')
}

function idOf(cursor: string, argument: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  const id = text.replace(/^id:/, '')
  if (!text.startsWith('id:') || !isId(id))
    throw invalidInput([{ path: [argument], message: 'This is not a cursor of this list.' }])
  return id
}

/** A page of rows ordered by id: the condition, order and limit for SQL, and `toPage` for what it gave. */
export function pageById(column: AnyPgColumn, input: PageArguments) {
  const backward = input.last != null
  if (backward && input.first != null) {
    throw invalidInput([{ path: ['last'], message: 'Ask for the first or for the last, not for both.' }])
  }
  const size = input.first ?? input.last ?? defaultSize
  if (size < 0 || size > maxSize) {
    const message = `A page has 0 to ${maxSize} entries.`
    throw invalidInput([{ path: [backward ? 'last' : 'first'], message }])
  }
  const where: SQL[] = []
  if (input.after != null) where.push(gt(column, idOf(input.after, 'after')))
  if (input.before != null) where.push(lt(column, idOf(input.before, 'before')))

  function toPage<Row extends { id: string }>(rows: Row[]): Page<Row> {
    const more = rows.length > size
    const kept = rows.slice(0, size)
    if (backward) kept.reverse()
    const edges = kept.map((node) => ({ cursor: cursorOf(node.id), node }))
    return {
      edges,
      pageInfo: {
        hasNextPage: backward ? Boolean(input.before) : more,
        hasPreviousPage: backward ? more : Boolean(input.after),
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    }
  }
  return { where, orderBy: backward ? desc(column) : asc(column), limit: size + 1, toPage }
}
