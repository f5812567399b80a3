import { invalidInput } from '@quillworks/service-kit/errors'
import type { RatingRow } from './rating.table.ts'

const longestReason = 2_000

/** A reason without space around it; null for none. */
export function cleanReason(reason: string | null | undefined): string | null {
  const text = reason?.trim() ?? ''
  if (text.length > longestReason)
    throw invalidInput([{ path: ['reason'], message: `A reason has at most ${longestReason} characters.` }])
  return text === '' ? null : text
}

/** What people said about an execution, or one step of it. */
export interface RatingSum {
  up: number
  down: number
  viewer: RatingRow | null
}

/** Counts `rows`; the viewer's own is that of `stepKey`, which is empty for the execution as a whole. */
export function sumOf(rows: readonly RatingRow[], stepKey: string, viewerId: string): RatingSum {
  const count = (value: RatingRow['rating']) => rows.filter(({ rating }) => rating === value).length
  const viewer = rows.find((row) => row.stepKey === stepKey && row.userId === viewerId)
  return { up: count('up'), down: count('down'), viewer: viewer ?? null }
}
