/** A piece of a step's streaming text: `offset` counts UTF-16 units from the beginning of that attempt. */
export interface TextFrame {
  stepKey: string
  attempt: number
  offset: number
  text: string
  done: boolean
}

/** Core NATS subject of an execution's text frames, each a JSON `TextFrame`. */
export function textSubject(organizationId: string, executionId: string): string {
  return `qw-live.${organizationId}.${executionId}.text`
}

/** Most UTF-16 units in one message: even if each needs six bytes as JSON, it stays below NATS' 1 MiB. */
export const maxPartLength = 128 * 1024

/** The piece of `text` that begins at `from` and fits into one message; no character is cut in two. */
export function textPart(text: string, from: number): string {
  const end = from + maxPartLength
  const cutsPair = end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '')
  return text.slice(from, cutsPair ? end - 1 : end)
}
