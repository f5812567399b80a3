/** One column of a table. */
export interface Column {
  key: string
  label: string
  /** Its head is a link that sorts by it; `down` where the largest or latest is wanted first. */
  sort?: 'up' | 'down'
  align?: 'start' | 'end'
  /** A track of the grid, such as `120px`, `minmax(0,2fr)` or `max-content`; the first column takes what is left. */
  width?: string
  /** Left out where the table is narrower, see `rooms`. Tables narrower than 480 px become cards. */
  hideBelow?: Room
  /** Leaves the head to screen readers. */
  quiet?: boolean
}

/** How wide a table is at least, in pixels. */
export const rooms = {
  narrow: 480,
  small: 600,
  medium: 720,
  large: 840,
  wide: 960,
  wider: 1_120,
  widest: 1_280,
} as const
export type Room = keyof typeof rooms

/** Between two columns, and beside the first and the last. */
const gap = 20
const margin = 16

/** What a track takes where there is little room. */
const leastOf = ({ width = '' }: Column): number => Number(/(\d+)px/.exec(width)?.[1] ?? 0)

/**
 * The columns with `hideBelow` such that those shown always fit: of `droppable`, most important first, each is shown once
 * there is room for it and for all before it. Widths must name pixels.
 */
export function fitted(columns: readonly Column[], droppable: readonly string[]): Column[] {
  const taken = (shown: readonly Column[]) =>
    shown.reduce((sum, column) => sum + leastOf(column), 2 * margin + gap * (shown.length - 1))
  const byRoom = Object.keys(rooms) as Room[]
  return columns.map((column) => {
    const place = droppable.indexOf(column.key)
    if (place === -1) return column
    const before = columns.filter(({ key }) => droppable.indexOf(key) <= place)
    const hideBelow = byRoom.find((room) => rooms[room] >= taken(before)) ?? 'widest'
    return { ...column, hideBelow }
  })
}

/** The tracks of a table that has room for the columns of `room` and those that are never left out. */
export function tracks(
  columns: readonly Column[],
  options: { room: Room; selectable: boolean; actions: boolean },
): string {
  const own = columns
    .filter(({ hideBelow }) => !hideBelow || rooms[hideBelow] <= rooms[options.room])
    .map(({ width }, index) => width ?? (index === 0 ? 'minmax(120px,1fr)' : 'max-content'))
  return [
    ...(options.selectable ? ['max-content'] : []),
    ...own,
    ...(options.actions ? ['max-content'] : []),
  ].join(' ')
}

/** What is chosen after a row was pressed: alone, or with Shift all from the last one pressed to it. */
export function toggled(
  selected: readonly string[],
  press: { keys: readonly string[]; key: string; from: string | undefined; range: boolean },
): string[] {
  const { keys, key, from, range } = press
  const on = !selected.includes(key)
  const a = from === undefined ? -1 : keys.indexOf(from)
  const b = keys.indexOf(key)
  const touched = range && a !== -1 ? keys.slice(Math.min(a, b), Math.max(a, b) + 1) : [key]
  const rest = selected.filter((one) => !touched.includes(one))
  return on ? [...rest, ...touched] : rest
}
