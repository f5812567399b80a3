import { sql, type AnyColumn, type SQL } from 'drizzle-orm'

/**
 * True where a column holds one of some names, which have no commas. One parameter however many there are, so that the
 * statement stays the same and its plan is kept.
 */
export function anyOf(column: AnyColumn, names: readonly string[]): SQL {
  return sql`${column} = any(string_to_array(${names.join(',')}, ','))`
}
