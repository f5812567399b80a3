/** A JSON value as it is read again from `jsonb`, which keeps the keys of objects in an order of its own. */
export function asStored(json: string): unknown {
  const value: unknown = JSON.parse(json)
  return ordered(value)
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, inner]) => ({ key, bytes: Buffer.from(key), inner }))
  entries.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes))
  return Object.fromEntries(entries.map(({ key, inner }) => [key, ordered(inner)]))
}
