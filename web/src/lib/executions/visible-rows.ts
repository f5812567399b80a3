/** Where a long list stands in what scrolls it; lengths in pixels. */
export interface Place {
  count: number
  rowHeight: number
  /** From the top of what is seen down to the first row; negative once that has scrolled out. */
  top: number
  /** Of what is seen. */
  height: number
}

/** Rows from `first` up to `last`, and the room of those before and after that are not drawn. */
export interface Visible {
  first: number
  last: number
  before: number
  after: number
}

/** Shorter lists are drawn whole. */
export const drawnWhole = 200
/** So many more are drawn above and below, and the edges move by as many at once. */
const spare = 40

/** Which rows of a long list are worth drawing: those in sight, and as many around them as one can reach by a key or a swipe. */
export function visibleRows({ count, rowHeight, top, height }: Place): Visible {
  if (count <= drawnWhole || rowHeight <= 0) return { first: 0, last: count, before: 0, after: 0 }
  const seen = Math.max(0, Math.floor(-top / rowHeight))
  const most = Math.max(0, count - Math.ceil(height / rowHeight) - spare)
  const first = Math.min(Math.max(0, Math.floor(seen / spare) * spare - spare), most)
  const last = Math.min(count, first + Math.ceil(height / rowHeight) + 3 * spare)
  return { first, last, before: first * rowHeight, after: (count - last) * rowHeight }
}
