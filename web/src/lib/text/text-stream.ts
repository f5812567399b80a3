/** One piece of a step's text as `executionStream` yields it; `offset` counts UTF-16 units within the attempt. */
export interface TextPiece {
  attempt: number
  offset: number
  text: string
  done: boolean
}

/** What is known of a step's text so far. */
export interface TextState {
  attempt: number
  text: string
  done: boolean
}

export type MergeResult =
  | { kind: 'merged'; state: TextState }
  | { kind: 'ignored'; state: TextState }
  /** Characters are missing between what is held and the piece: ask again from the state's attempt and length. */
  | { kind: 'gap'; state: TextState }

export const emptyText: TextState = { attempt: 0, text: '', done: false }

/**
 * Adds a piece to the text held. Pieces may come twice, overlap, or belong to an older attempt after a reconnect;
 * every character is taken once. A higher attempt begins the text anew, at offset 0.
 */
export function mergeText(state: TextState, piece: TextPiece): MergeResult {
  if (piece.attempt < state.attempt) return { kind: 'ignored', state }
  const newer = piece.attempt > state.attempt
  const held = newer ? '' : state.text
  if (piece.offset > held.length) {
    return { kind: 'gap', state: newer ? { attempt: piece.attempt, text: '', done: false } : state }
  }
  const added = piece.text.slice(held.length - piece.offset)
  const done = piece.done || (!newer && state.done)
  if (!newer && added === '' && done === state.done) return { kind: 'ignored', state }
  return { kind: 'merged', state: { attempt: piece.attempt, text: held + added, done } }
}

/** Where the next subscription has to begin so that every later character comes once. */
export function resumeFrom(state: TextState): { fromAttempt: number; fromOffset: number } {
  return { fromAttempt: state.attempt, fromOffset: state.text.length }
}
