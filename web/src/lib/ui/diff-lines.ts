import { lineParts, wordParts, type Part } from './diff-parts.ts'

/** One line of one side. */
export interface Line {
  /** From 1. */
  number: number
  parts: Part[]
}

/** Lines that stand beside each other; one side is empty where a line came or went. */
export interface LineRow {
  before?: Line
  after?: Line
}

/** Rows that stayed or that make one change. */
export type Block =
  | { kind: 'same'; rows: LineRow[] }
  | { kind: 'change'; index: number; rows: LineRow[]; removed: string; added: string }

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Lines of a change side by side, with the words that differ marked in those that face each other. */
function changedRows(removed: string[], added: string[], at: { before: number; after: number }): LineRow[] {
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, index) => {
    const [left, right] = [removed[index], added[index]]
    const words = left !== undefined && right !== undefined ? wordParts(left, right) : undefined
    const side = (text: string, kind: 'removed' | 'added'): Part[] =>
      words?.some((part) => part.kind === 'same' && part.text.trim())
        ? words.filter((part) => part.kind === 'same' || part.kind === kind)
        : [{ kind, text }]
    return {
      ...(left !== undefined && { before: { number: at.before + index, parts: side(left, 'removed') } }),
      ...(right !== undefined && { after: { number: at.after + index, parts: side(right, 'added') } }),
    }
  })
}

/** Two texts line by line, in blocks that stayed or changed. */
export function lineBlocks(before: string, after: string): Block[] {
  // Whether the last line ends with a break is nothing that a reader sees.
  const [left, right] = [before, after].map((text) => (text && !text.endsWith('\n') ? `${text}\n` : text))
  const changes = lineParts(left ?? '', right ?? '').filter(({ text }) => text)
  const blocks: Block[] = []
  const at = { before: 1, after: 1 }
  let changed = 0
  changes.forEach(({ kind, text }, index) => {
    if (kind === 'same') {
      const rows = linesOf(text).map((line): LineRow => ({
        before: { number: at.before++, parts: [{ kind, text: line }] },
        after: { number: at.after++, parts: [{ kind, text: line }] },
      }))
      blocks.push({ kind, rows })
      return
    }
    const [gone, next] = [changes[index - 1], changes[index + 1]]
    // It is told with what came in its place.
    if (kind === 'removed' && next?.kind === 'added') return
    const removed = kind === 'removed' ? text : gone?.kind === 'removed' ? gone.text : ''
    const added = kind === 'added' ? text : ''
    const [went, came] = [linesOf(removed), linesOf(added)]
    blocks.push({ kind: 'change', index: changed++, rows: changedRows(went, came, at), removed, added })
    at.before += went.length
    at.after += came.length
  })
  return blocks
}

/** Rows with the middle of long unchanged blocks put away. */
export interface FoldedRows {
  head: LineRow[]
  hidden: LineRow[]
  tail: LineRow[]
}

/** As `folded` does with text: undefined where it is too short to be worth it. */
export function foldedRows(
  rows: LineRow[],
  options: { context: number; first: boolean; last: boolean },
): FoldedRows | undefined {
  const keepHead = options.first ? 0 : options.context
  const keepTail = options.last ? 0 : options.context
  const hidden = rows.slice(keepHead, rows.length - keepTail)
  if (hidden.length < 4) return undefined
  return { head: rows.slice(0, keepHead), hidden, tail: keepTail === 0 ? [] : rows.slice(-keepTail) }
}
