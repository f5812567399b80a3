/**
 * The closed grammar of a template, read in one pass from left to right:
 *
 * - `{{name}}` is a placeholder. A name begins with a letter, a digit or `_`, goes on with letters, digits, `_`, `-`
 *   and `.`, has at most 100 characters and is told apart by case. Blanks and tabs may stand inside the braces.
 * - `@name` is a snippet, unless a letter, a digit or one of `. _ % + -` stands before it: an e-mail address is none. A
 *   name is as long as it can be, of letters, digits, `_` and `-`, does not begin with `-`, has at most 100 characters
 *   and is not told apart by case.
 * - `\{{` is a literal `{{`, and `\@` a literal `@`.
 * - Everything else stands for itself, a backslash before anything else too.
 */
const TOKEN =
  /\\\{\{|\\@|\{\{[ \t]*(?<placeholder>[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,99})[ \t]*\}\}|(?<![\p{L}\p{M}\p{N}._%+-])@(?<snippet>[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]{0,99})(?![\p{L}\p{M}\p{N}_-])/gu
const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,99}$/u
const SNIPPET_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]{0,99}$/u

/** `start` and `end` count UTF-16 units of the template; `end` is the first one after the piece. */
export type TemplatePiece =
  | { type: 'text'; text: string; start: number; end: number }
  | { type: 'placeholder' | 'snippet'; name: string; start: number; end: number }

/** One name however its accents are encoded. */
export function canonicalName(name: string): string {
  return name.normalize('NFC')
}

/** True for a name that a placeholder can have. */
export function isPlaceholderName(name: string): boolean {
  return NAME.test(name)
}

/** True for a name that a snippet can have. */
export function isSnippetName(name: string): boolean {
  return SNIPPET_NAME.test(name)
}

/** What two spellings of one snippet's name have in common. */
export function snippetKey(name: string): string {
  return canonicalName(canonicalName(name).toLowerCase())
}

/** Splits a template into text, with its escapes resolved, placeholders and snippets; together they cover it all. */
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
    const { placeholder, snippet } = match.groups ?? {}
    const name = placeholder ?? snippet
    if (name === undefined) {
      text += match[0].slice(1)
      continue
    }
    flush(match.index)
    const type = placeholder === undefined ? 'snippet' : 'placeholder'
    pieces.push({ type, name: canonicalName(name), start: match.index, end })
    textStart = end
  }
  text += template.slice(position)
  flush(template.length)
  return pieces
}
