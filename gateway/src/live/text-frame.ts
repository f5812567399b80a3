import type { TextFrame } from '@quillworks/executions/contract'

const framesOf = new WeakMap<object, TextFrame>()

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** A frame off the wire, checked by hand: there is one of them for every few tokens of every stream. */
function toFrame(value: object): TextFrame | undefined {
  const { stepKey, attempt, offset, text, done } = value as Partial<Record<keyof TextFrame, unknown>>
  if (typeof stepKey !== 'string' || typeof text !== 'string' || typeof done !== 'boolean') return undefined
  if (!isCount(attempt) || !isCount(offset)) return undefined
  return { stepKey, attempt, offset, text, done }
}

/** The frame in a message, one object for all who listen to its topic; undefined for what is none. */
export function readFrame(message: unknown): TextFrame | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const frame = framesOf.get(message) ?? toFrame(message)
  if (frame) framesOf.set(message, frame)
  return frame
}
