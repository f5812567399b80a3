/** Makes a UUIDv7: 48 bits of Unix milliseconds, then random bits, so that ids sort by the time they were made. */
export function newId(): string {
  return Bun.randomUUIDv7()
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** True for the text form of any UUID; ids are refused before they reach SQL. */
export function isId(value: string): boolean {
  return UUID.test(value)
}

/** Where the UUIDv7 of a moment (Unix milliseconds) begin: none made then or later lies below. */
export function firstIdOf(atMs: number): string {
  // An id has 48 bits of time, from 1970 on.
  const hex = Math.min(Math.max(atMs, 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
