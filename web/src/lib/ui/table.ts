/** One column of a table. */
export interface Column {
  key: string
  label: string
  /** Its head is a link that sorts by it; `down` where the largest or latest is wanted first. */
  sort?: 'up' | 'down'
  align?: 'start' | 'end'
  /** A track of the grid, such as `120px`, `minmax(0,2fr)` or `max-content`; the first column takes what is left. */
  width?: string
  /** Left out where the table is narrower: 480, 720 or 960 px. Tables narrower than 480 px become cards. */
  hideBelow?: Room
  /** Leaves the head to screen readers. */
  quiet?: boolean
}

export type Room = 'narrow' | 'medium' | 'wide'

const rooms: Room[] = ['narrow', 'medium', 'wide']

/** The tracks of a table that has room for the columns of `room` and those that are never left out. */
export function tracks(
  columns: readonly Column[],
  options: { room: Room; selectable: boolean; actions: boolean },
): string {
  const fits = rooms.indexOf(options.room)
  const own = columns
    .filter(({ hideBelow }) => !hideBelow || rooms.indexOf(hideBelow) <= fits)
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
