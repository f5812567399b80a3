/** Longest system text or body, in bytes of UTF-8. */
export const templateByteLimit = 256 * 1024
/** Longest text of a snippet, in bytes of UTF-8. */
export const snippetByteLimit = 64 * 1024
/** Most snippets that one prompt is looked up for; names beyond them stay as written. */
export const referenceLimit = 1_000
/** Longest value of a scoped variable, as JSON in bytes of UTF-8. */
export const scopedValueByteLimit = 64 * 1024
/** Most scoped variables of one user, project or organization. */
export const scopedVariableLimit = 200
/** Longest value as it is rendered, and longest message, in bytes of UTF-8. */
export const valueByteLimit = 1024 * 1024
/** Longest rendered system text and body together, in bytes of UTF-8. */
export const renderedByteLimit = 2 * 1024 * 1024
/** Most variables of a prompt. */
export const variableLimit = 200
/** Deepest nesting of a JSON value. */
export const jsonDepthLimit = 100

const encoder = new TextEncoder()

/** Length in bytes of UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length
}

/** Why a text cannot be stored, or undefined. `limit` is in bytes. */
export function textProblem(text: string, limit: number): string | undefined {
  if (text.includes('\u0000')) return 'holds the character U+0000, which cannot be stored'
  if (!text.isWellFormed()) return 'holds half of a surrogate pair, which is no character'
  // A UTF-16 unit is at least one byte: what is too long in units needs no encoding to know it.
  if (text.length > limit || byteLength(text) > limit) return `is longer than ${formatBytes(limit)}`
  return undefined
}

/** `256 KiB`, `1 MiB`. */
export function formatBytes(bytes: number): string {
  return bytes % (1024 * 1024) === 0 ? `${bytes / (1024 * 1024)} MiB` : `${Math.floor(bytes / 1024)} KiB`
}

/** Why a JSON value cannot be stored, looked for in every string and key of it, or undefined. */
export function jsonProblem(value: unknown): string | undefined {
  const rest: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next.depth > jsonDepthLimit) return `is nested deeper than ${jsonDepthLimit} levels`
    if (typeof next.value === 'string') {
      const problem = textProblem(next.value, valueByteLimit)
      if (problem !== undefined) return problem
    } else if (Array.isArray(next.value)) {
      for (const item of next.value) rest.push({ value: item, depth: next.depth + 1 })
    } else if (typeof next.value === 'object' && next.value !== null) {
      for (const [key, item] of Object.entries(next.value)) {
        rest.push({ value: key, depth: next.depth }, { value: item, depth: next.depth + 1 })
      }
    }
  }
  return undefined
}
