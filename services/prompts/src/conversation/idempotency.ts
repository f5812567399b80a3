import { createHash } from 'node:crypto'
import { invalidInput } from '@quillworks/service-kit/errors'

/** A caller's idempotency key, undefined for none; one that cannot be stored is `input.invalid`. */
export function checkedKey(key: string | null | undefined): string | undefined {
  if (key === null || key === undefined) return undefined
  if (key.length >= 1 && key.length <= 200 && !key.includes('\u0000') && key.isWellFormed()) return key
  throw invalidInput([{ path: ['idempotencyKey'], message: 'A key has 1 to 200 characters.' }])
}

/** A hash of what was asked, the same for any order of an object's keys. */
export function requestHash(asked: unknown): string {
  return createHash('sha256').update(canonicalJson(asked)).digest('hex')
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}
