import { createHash } from 'node:crypto'
import { invalidInput } from '@quillworks/service-kit/errors'

/** Where in a list a page ends: the sort key of a row (null where the id alone sorts) and its id. */
export interface CursorPosition {
  key: string | number | null
  id: string
}

/** Names one list, sort and filter included: a cursor of another list is refused. */
export function listFingerprint(list: unknown): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 12)
}

/** Makes a cursor: opaque, and good for the list it came from only. */
export function encodeCursor(fingerprint: string, { key, id }: CursorPosition): string {
  return Buffer.from(JSON.stringify([fingerprint, key, id])).toString('base64url')
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Reads a cursor back; `isKey` says what a sort key of this list looks like. */
export function decodeCursor(input: {
  fingerprint: string
  cursor: string
  argument: 'after' | 'before'
  isKey: (key: unknown) => key is string | number | null
}): CursorPosition {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(input.cursor, 'base64url').toString())
    if (Array.isArray(parsed) && parsed.length === 3) {
      const [fingerprint, key, id] = parsed as unknown[]
      if (fingerprint === input.fingerprint && input.isKey(key) && typeof id === 'string' && UUID.test(id)) {
        return { key, id }
      }
    }
  } catch {
    // Whatever it is, it is no cursor of ours.
  }
  throw invalidInput([
    {
      path: [input.argument],
      message: 'This cursor does not belong to this list with this sort and these filters.',
    },
  ])
}
