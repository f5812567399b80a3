import { scanTemplate } from './grammar.ts'

/** One occurrence; `start` and `end` count UTF-16 units of the text it stands in. */
export interface Placeholder {
  name: string
  in: 'system' | 'body'
  start: number
  end: number
}

/** Every placeholder of both texts as it stands there, system text first. */
export function findPlaceholders({ system, body }: { system: string; body: string }): Placeholder[] {
  const found = (place: Placeholder['in'], text: string) =>
    scanTemplate(text).flatMap((piece) =>
      piece.type === 'placeholder'
        ? [{ name: piece.name, in: place, start: piece.start, end: piece.end }]
        : [],
    )
  return [...found('system', system), ...found('body', body)]
}

/** The names of all placeholders, each once, in the order of their first occurrence. */
export function placeholderNames(texts: { system: string; body: string }): string[] {
  return [...new Set(findPlaceholders(texts).map((placeholder) => placeholder.name))]
}

const BRACES = /\{\{[^{}\r\n]{0,200}\}\}/gu

/** What looks like a placeholder and is none, such as `{{first name}}`; at most 20. */
export function strayBraces(text: string): string[] {
  const stray = new Set<string>()
  const pieces = scanTemplate(text)
  for (const piece of pieces) {
    // An escaped `\{{x}}` is meant to be literal: only what is written without a backslash is looked at.
    if (piece.type !== 'text') continue
    const written = text.slice(piece.start, piece.end)
    for (const match of written.matchAll(BRACES)) {
      if (written[match.index - 1] !== '\\') stray.add(match[0])
      if (stray.size === 20) return [...stray]
    }
  }
  return [...stray]
}
