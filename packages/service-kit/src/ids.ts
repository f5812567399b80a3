/** Makes a UUIDv7: 48 bits of Unix milliseconds, then random bits, so that ids sort by the time they were made. */
export function newId(): string {
  return Bun.randomUUIDv7()
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** True for the text form of any UUID; ids are refused before they reach SQL. */
export function isId(value: string): boolean {
  return UUID.test(value)
}

/** The least UUIDv7 of a moment (Unix milliseconds): ids made then or later are not below it. */
export function firstIdOf(atMs: number): string {
  const hex = atMs.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
