import type { Variable } from '../template/variables.ts'

/** Longest name, in UTF-16 units. */
const longest = 80
/** What a long title leaves to the words after it. */
const longestTitle = 40
const separator = ' · '

/** What tells most of a conversation comes first: a subject rather than a text, and either rather than a choice. */
const telling: Partial<Record<Variable['type'], number>> = { text: 0, long_text: 1, document: 2, choice: 3 }

/**
 * The name that a conversation gets by itself: the prompt's title and the opening words of its first message, else of
 * its most telling value. The same for the same input; one line of at most 80 characters.
 */
export function conversationName(input: {
  title: string
  message: string
  variables: readonly Variable[]
  /** The values that the first message was rendered with. */
  values: Readonly<Record<string, unknown>>
}): string {
  const title = oneLine(input.title)
  const words = oneLine(input.message) || mostTelling(input)
  if (words === '') return shortened(title, longest)
  const lead = shortened(title, longestTitle)
  return `${lead}${separator}${shortened(words, longest - lead.length - separator.length)}`
}

/** A value that was chosen says more than a default, one that was required more than an option. */
function mostTelling({
  variables,
  values,
}: Pick<Parameters<typeof conversationName>[0], 'variables' | 'values'>) {
  const candidates = variables.flatMap((variable) => {
    const rank = telling[variable.type]
    const value = values[variable.name]
    const words = typeof value === 'string' ? oneLine(value) : ''
    if (rank === undefined || words === '') return []
    const isDefault = value === variable.default
    return [{ words, rank: rank + (variable.required ? 0 : 0.5) + (isDefault ? 10 : 0) }]
  })
  return candidates.toSorted((a, b) => a.rank - b.rank)[0]?.words ?? ''
}

/** Without line ends, control and invisible characters, and marks that only format. */
function oneLine(text: string): string {
  return text
    .slice(0, 2_000)
    .replaceAll(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replaceAll(/[*_`~]{2,}|`/g, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/(?!\u200d)[\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim()
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Cut at the end of a word where one is near, never inside a character; `…` says that something is left out. */
function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text
  let cut = ''
  for (const { segment } of graphemes.segment(text)) {
    if (cut.length + segment.length > limit - 1) break
    cut += segment
  }
  const wordEnd = text[cut.length] === ' ' ? cut.length : cut.lastIndexOf(' ')
  const whole = wordEnd > limit / 2 ? cut.slice(0, wordEnd) : cut
  return `${whole.replace(/[\s,;:.!?–-]+$/u, '')}…`
}
