import type { TextFrame } from '@quillworks/executions/contract'

/** How far one subscriber has come in the text of one step: `position` counts UTF-16 units of `attempt`. */
export interface TextPosition {
  attempt: number
  position: number
  done: boolean
}

export type TextMerge =
  /** The subscriber gets `frame`; its text begins exactly where the last one ended. */
  | { kind: 'emit'; frame: TextFrame; next: TextPosition }
  /** Nothing new in it. */
  | { kind: 'drop' }
  /** Text is missing before this frame: ask for a snapshot. */
  | { kind: 'gap' }

/**
 * Where a subscriber stands before its first frame. A client that names the attempt being written goes on at its
 * offset; an offset of any other attempt begins the current one at 0.
 */
export function beginAt(input: {
  currentAttempt: number
  fromAttempt?: number | null | undefined
  fromOffset?: number | null | undefined
}): TextPosition {
  const resumes = input.fromAttempt === input.currentAttempt
  return {
    attempt: input.currentAttempt,
    position: resumes ? Math.max(0, input.fromOffset ?? 0) : 0,
    done: false,
  }
}

/**
 * Merges one frame, from the live subject, a snapshot or the stored text, into what a subscriber has: each character
 * of an attempt is emitted once and in order, whatever came twice, late or not at all.
 */
export function mergeFrame(at: TextPosition, frame: TextFrame): TextMerge {
  if (frame.attempt < at.attempt) return { kind: 'drop' }
  const current = frame.attempt > at.attempt ? { attempt: frame.attempt, position: 0, done: false } : at
  if (current.done) return { kind: 'drop' }
  if (frame.offset > current.position) return { kind: 'gap' }
  const end = frame.offset + frame.text.length
  const fresh = frame.text.slice(current.position - frame.offset)
  const done = frame.done && end >= current.position
  if (fresh === '' && !done && current === at) return { kind: 'drop' }
  const position = Math.max(end, current.position)
  // As it came where nothing is cut off, so that all who stand there share one object and what is made of it.
  const isWhole = frame.offset === current.position && frame.done === done
  return {
    kind: 'emit',
    frame: isWhole ? frame : { ...frame, offset: current.position, text: fresh, done },
    next: { attempt: current.attempt, position, done },
  }
}
