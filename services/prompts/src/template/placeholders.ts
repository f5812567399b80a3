import { scanTemplate, snippetKey } from './grammar.ts'

interface TwoTexts {
  system: string
  body: string
}

/** One occurrence of a placeholder or a snippet; `start` and `end` count UTF-16 units of the text it stands in. */
export interface Placeholder {
  name: string
  in: 'system' | 'body'
  start: number
  end: number
}

/** Every placeholder of both texts as it stands there, system text first. */
export function findPlaceholders(texts: TwoTexts): Placeholder[] {
  return find('placeholder', texts)
}

/** Every snippet that both texts name, as it stands there, system text first. */
export function findSnippets(texts: TwoTexts): Placeholder[] {
  return find('snippet', texts)
}

function find(type: 'placeholder' | 'snippet', { system, body }: TwoTexts): Placeholder[] {
  const found = (place: Placeholder['in'], text: string) =>
    scanTemplate(text).flatMap((piece) =>
      piece.type === type ? [{ name: piece.name, in: place, start: piece.start, end: piece.end }] : [],
    )
  return [...found('system', system), ...found('body', body)]
}

/** The names of all placeholders, each once, in the order of their first occurrence. */
export function placeholderNames(texts: TwoTexts): string[] {
  return [...new Set(findPlaceholders(texts).map((placeholder) => placeholder.name))]
}

/** The names of all snippets as first written, each once whatever its case, in the order of their first occurrence. */
export function snippetNames(texts: TwoTexts): string[] {
  const names = new Map<string, string>()
  for (const { name } of findSnippets(texts)) {
    const key = snippetKey(name)
    if (!names.has(key)) names.set(key, name)
  }
  return [...names.values()]
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
