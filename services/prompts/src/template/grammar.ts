/**
 * The closed grammar of a template, read in one pass from left to right:
 *
 * - `{{name}}` is a placeholder. A name begins with a letter, a digit or `_`, goes on with letters, digits, `_`, `-`
 *   and `.`, has at most 100 characters and is told apart by case. Blanks and tabs may stand inside the braces.
 * - `\{{` is a literal `{{`, and `\@` a literal `@`.
 * - Everything else stands for itself, a backslash before anything else too.
 */
const TOKEN = /\\\{\{|\\@|\{\{[ \t]*([\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,99})[ \t]*\}\}/gu
const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,99}$/u

/** `start` and `end` count UTF-16 units of the template; `end` is the first one after the piece. */
export type TemplatePiece =
  | { type: 'text'; text: string; start: number; end: number }
  | { type: 'placeholder'; name: string; start: number; end: number }

/** One name however its accents are encoded. */
export function canonicalName(name: string): string {
  return name.normalize('NFC')
}

/** True for a name that a placeholder can have. */
export function isPlaceholderName(name: string): boolean {
  return NAME.test(name)
}

/** Splits a template into text, with its escapes resolved, and placeholders; together they cover it all. */
export function scanTemplate(template: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = []
  let text = ''
  let textStart = 0
  let position = 0
  const flush = (end: number) => {
    if (end > textStart) pieces.push({ type: 'text', text, start: textStart, end })
    text = ''
  }
  for (const match of template.matchAll(TOKEN)) {
    const end = match.index + match[0].length
    text += template.slice(position, match.index)
    position = end
    const name = match[1]
    if (name === undefined) {
      text += match[0].slice(1)
      continue
    }
    flush(match.index)
    pieces.push({ type: 'placeholder', name: canonicalName(name), start: match.index, end })
    textStart = end
  }
  text += template.slice(position)
  flush(template.length)
  return pieces
}
