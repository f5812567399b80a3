import { diffLines, diffWordsWithSpace } from 'diff'

/** A piece of text that stayed, came or went. */
export interface Part {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** One change: what went and what came in its place, either of them perhaps nothing. */
export interface Change {
  /** Its place among the changes, from 0. */
  index: number
  removed: string
  added: string
}

/** Texts as what stayed and what changed, in order. */
export type Piece = { same: string; change?: undefined } | { same?: undefined; change: Change }

/** What was said to a change. */
export type Decision = 'accepted' | 'rejected'

/** More edits than these are not searched for, since the time grows with their square: such texts are replaced whole. */
const most = { lines: 3_000, words: 1_000 }

function wordsOf(removed: string, added: string): Part[] {
  const whole: Part[] = [
    { kind: 'removed', text: removed },
    { kind: 'added', text: added },
  ]
  const changes = diffWordsWithSpace(removed, added, { maxEditLength: most.words })
  return changes?.map(partOf) ?? whole
}

function partOf({ value, added, removed }: { value: string; added: boolean; removed: boolean }): Part {
  return { kind: added ? 'added' : removed ? 'removed' : 'same', text: value }
}

/** Lines that stayed, came or went; what went comes before what came in its place. */
export function lineParts(before: string, after: string): Part[] {
  const changes = diffLines(before, after, { maxEditLength: most.lines })
  if (changes) return changes.map(partOf)
  return [
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ]
}

/** Words that stayed, came or went. */
export function wordParts(before: string, after: string): Part[] {
  const lines = lineParts(before, after)
  return lines.flatMap((part, index) => {
    if (part.kind === 'removed' && lines[index + 1]?.kind === 'added') return []
    const gone = part.kind === 'added' ? lines[index - 1] : undefined
    return gone?.kind === 'removed' ? wordsOf(gone.text, part.text) : [part]
  })
}

/** Changes as a reader sees them: neighbours with only a space between them are one. */
export function pieces(parts: readonly Part[]): Piece[] {
  const result: Piece[] = []
  let open: { removed: string; added: string } | undefined
  let space = ''
  let count = 0
  const close = () => {
    if (open) result.push({ change: { index: count++, ...open } })
    if (space) result.push({ same: space })
    open = undefined
    space = ''
  }
  for (const { kind, text } of parts) {
    if (kind !== 'same') {
      open ??= { removed: '', added: '' }
      open.removed += space
      open.added += space
      space = ''
      open[kind] += text
    } else if (open && !space && /^ +$/.test(text)) {
      space = text
    } else {
      close()
      result.push({ same: text })
    }
  }
  close()
  return result
}

/** The text that comes of the decisions; what nobody decided stays as it was. */
export function decidedText(parts: readonly Piece[], decisions: Readonly<Record<number, Decision>>): string {
  return parts
    .map(({ same, change }) => {
      if (change === undefined) return same
      return decisions[change.index] === 'accepted' ? change.added : change.removed
    })
    .join('')
}

/** Unchanged text with its middle put away: what stays to see on both sides, and how many lines are hidden. */
export interface Folded {
  head: string
  hidden: string
  lines: number
  tail: string
}

/**
 * Puts the middle of long unchanged text away, keeping `context` lines beside each change. `first` and `last` say that
 * no change stands before or after it. Undefined where it is too short to be worth it.
 */
export function folded(
  text: string,
  options: { context: number; first: boolean; last: boolean },
): Folded | undefined {
  const lines = text.split(/(?<=\n)/)
  const keepHead = options.first ? 0 : options.context
  const keepTail = options.last ? 0 : options.context
  const hidden = lines.slice(keepHead, lines.length - keepTail)
  if (hidden.length < 4) return undefined
  return {
    head: lines.slice(0, keepHead).join(''),
    hidden: hidden.join(''),
    lines: hidden.length,
    tail: keepTail === 0 ? '' : lines.slice(-keepTail).join(''),
  }
}
