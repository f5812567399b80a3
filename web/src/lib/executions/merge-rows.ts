interface Row {
  id: string
  revision: number
}

/**
 * Puts a newer state into a list that runs from newest to oldest id. An older revision never overwrites a newer one.
 * A row that is not listed comes in at its place, however late its event is, unless it belongs to an older page that
 * is not loaded (`hasMore`). `fits` says whether the list's filter takes it.
 */
export function mergeRow<R extends Row>(
  rows: R[],
  next: R,
  { fits, hasMore }: { fits: (row: R) => boolean; hasMore: boolean },
): R[] {
  const at = rows.findIndex(({ id }) => id === next.id)
  const known = rows[at]
  if (known) {
    if (known.revision >= next.revision) return rows
    return fits(next) ? rows.with(at, next) : rows.toSpliced(at, 1)
  }
  if (!fits(next)) return rows
  const older = rows.findIndex(({ id }) => id < next.id)
  if (older !== -1) return rows.toSpliced(older, 0, next)
  return hasMore && rows.length > 0 ? rows : [...rows, next]
}

/** Two lists as one, newest id first, each row in its newest state. */
export function mergeLists<R extends Row>(held: R[], read: R[]): R[] {
  const newest = new Map(read.map((row) => [row.id, row]))
  for (const row of held) {
    const known = newest.get(row.id)
    if (!known || known.revision < row.revision) newest.set(row.id, row)
  }
  return [...newest.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
}

/** What stays of the held rows after the first page was read anew, and whether the older pages still follow it. */
export function keptAfter<R extends Row>(
  { held, read, hasMore }: { held: R[]; read: R[]; hasMore: boolean },
  arrived: ReadonlySet<string>,
): { kept: R[]; joined: boolean } {
  const ids = new Set(read.map(({ id }) => id))
  const last = read.at(-1)
  const joined = hasMore && last !== undefined && held.some(({ id }) => id === last.id)
  const kept = held.filter(({ id }) => ids.has(id) || arrived.has(id) || (joined && last && id < last.id))
  return { kept, joined: joined && held.some(({ id }) => id < last.id) }
}
