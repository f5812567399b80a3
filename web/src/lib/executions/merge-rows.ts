interface Row {
  id: string
  revision: number
}

/**
 * Puts a newer state into a list that runs from newest to oldest id. An older revision never overwrites a newer one;
 * a row that is not listed comes in only at the top (`fits` says whether the list's filter takes it).
 */
export function mergeRow<R extends Row>(rows: R[], next: R, fits: (row: R) => boolean): R[] {
  const at = rows.findIndex(({ id }) => id === next.id)
  const known = rows[at]
  if (known) {
    if (known.revision >= next.revision) return rows
    return fits(next) ? rows.with(at, next) : rows.toSpliced(at, 1)
  }
  const newest = rows[0]
  return fits(next) && (!newest || next.id > newest.id) ? [next, ...rows] : rows
}

/** Rows read from the server, except where a newer state of the same row is already held. */
export function mergeRead<R extends Row>(held: R[], read: R[]): R[] {
  const newer = new Map(held.map((row) => [row.id, row]))
  return read.map((row) => {
    const known = newer.get(row.id)
    return known && known.revision > row.revision ? known : row
  })
}
