import type { AuditQuestion } from '@quillworks/service-kit/audit-question'
import { invalidInput } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import type { Page } from '../graphql/page.ts'

/** An entry as it stands in the database of the service where it was done. */
export const auditRowSchema = z.object({
  id: z.uuid(),
  at: z.coerce.date(),
  userId: z.uuid(),
  principal: z.string(),
  address: z.string().nullable(),
  action: z.string(),
  targetType: z.string(),
  targetId: z.string().nullable(),
  targetName: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})
export type AuditRow = z.infer<typeof auditRowSchema>

export type AuditFilter = AuditQuestion['filter']

const mostEntries = 200
const usualEntries = 50

/** Checks what is asked of the log; 50 entries by default, 200 at most. */
export function auditQuestion(input: {
  first?: number | null | undefined
  after?: string | null | undefined
  filter?: AuditFilter | null | undefined
}): AuditQuestion {
  const limit = input.first ?? usualEntries
  if (limit < 1 || limit > mostEntries)
    throw invalidInput([{ path: ['first'], message: `A page has 1 to ${mostEntries} entries.` }])
  const before = input.after == null ? null : Buffer.from(input.after, 'base64url').toString().slice(6)
  if (before !== null && (!isId(before) || cursorOf(before) !== input.after))
    throw invalidInput([{ path: ['after'], message: 'This is not a cursor of this list.' }])
  const filter = input.filter ?? {}
  if (filter.userId != null && !isId(filter.userId))
    throw invalidInput([{ path: ['filter', 'userId'], message: 'An id is a UUID.' }])
  return { filter, before, limit }
}

function cursorOf(id: string): string {
  return Buffer.from(`audit:${id}`).toString('base64url')
}

/**
 * One page out of the newest entries of each service. Ids are UUIDv7, so their order is that of time in all services;
 * each list holds one more than asked for, where there is more.
 */
export function mergedPage({ limit, before }: AuditQuestion, lists: AuditRow[][]): Page<AuditRow> {
  const rows = lists.flat().toSorted((a, b) => (a.id < b.id ? 1 : -1))
  const edges = rows.slice(0, limit).map((node) => ({ cursor: cursorOf(node.id), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > limit,
      hasPreviousPage: before !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}
