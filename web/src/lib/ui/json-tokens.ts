/** What a piece of JSON is, for its color. */
export type JsonKind = 'key' | 'string' | 'number' | 'word' | 'mark' | 'plain'

export interface JsonToken {
  kind: JsonKind
  text: string
}

/** Longer texts are shown without colors: so many elements would make the page slow. */
const MOST = 60_000

const pattern =
  /(?<key>"(?:[^"\\\n]|\\.)*"(?=\s*:))|(?<string>"(?:[^"\\\n]|\\.)*")|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>\b(?:true|false|null)\b)|(?<mark>[{}[\],:]+)/g

/** The pieces of a text that is JSON or begins like it; together they are the text, whatever it holds. */
export function jsonTokens(text: string): JsonToken[] {
  if (text.length > MOST) return [{ kind: 'plain', text }]
  const tokens: JsonToken[] = []
  let at = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) tokens.push({ kind: 'plain', text: text.slice(at, match.index) })
    const kind = Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined)?.[0]
    tokens.push({ kind: (kind ?? 'plain') as JsonKind, text: match[0] })
    at = match.index + match[0].length
  }
  if (at < text.length) tokens.push({ kind: 'plain', text: text.slice(at) })
  return tokens
}
