import { z } from 'zod'

/** A piece of a step's text: `offset` counts UTF-16 units from the beginning of that attempt. */
export const textFrameSchema = z.object({
  stepKey: z.string(),
  attempt: z.number(),
  offset: z.number(),
  text: z.string(),
  done: z.boolean(),
})
export type TextFrame = z.infer<typeof textFrameSchema>

/** How far the text of one step is known; attempt 0 is before the first. */
export interface TextCursor {
  attempt: number
  offset: number
  done: boolean
}

export const textStart: TextCursor = { attempt: 0, offset: 0, done: false }

/**
 * Merges a frame, from the stream or the stored text, into what is known: `fresh` is the part nobody has seen yet, each
 * character once. A frame that begins beyond the cursor is a gap: text is missing, and the stream must be asked again.
 */
export function advance(
  cursor: TextCursor,
  frame: TextFrame,
): { kind: 'text'; cursor: TextCursor; fresh: TextFrame } | { kind: 'old' } | { kind: 'gap' } {
  if (frame.attempt < cursor.attempt) return { kind: 'old' }
  const at = frame.attempt > cursor.attempt ? { attempt: frame.attempt, offset: 0, done: false } : cursor
  if (at.done) return { kind: 'old' }
  if (frame.offset > at.offset) return { kind: 'gap' }
  const text = frame.text.slice(at.offset - frame.offset)
  const offset = at.offset + text.length
  if (text === '' && !frame.done && at === cursor) return { kind: 'old' }
  return {
    kind: 'text',
    cursor: { attempt: at.attempt, offset, done: frame.done },
    fresh: { ...frame, offset: at.offset, text },
  }
}
