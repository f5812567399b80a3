import { cleanText } from './clean.ts'

/** Types of columns that travel as arrays. Arrays of arrays and JSON travel as text and are cast where they arrive. */
type ColumnType = 'uuid' | 'text' | 'integer' | 'bigint' | 'boolean' | 'timestamptz'

export type Cell = string | number | bigint | boolean | null
export type Columns = Record<string, ColumnType>
export type Row<C extends Columns> = { [name in keyof C]: Cell }

/** How rows of one shape reach a statement: one array literal per column, which Postgres reads far faster than JSON. */
export interface RowArrays<C extends Columns> {
  /** How many parameters it takes. */
  count: number
  /** The rows as a table `alias`, from parameters `$first` on. */
  table: (alias: string, first: number) => string
  /** The parameters. */
  values: (rows: readonly Row<C>[]) => string[]
}

export function rowArrays<const C extends Columns>(columns: C): RowArrays<C> {
  const entries = Object.entries(columns)
  const names: (keyof C)[] = Object.keys(columns)
  return {
    count: entries.length,
    table: (alias, first) => {
      const arrays = entries.map(([, type], index) => `$${first + index}::text::${type}[]`)
      return `unnest(${arrays.join(', ')}) as ${alias} (${entries.map(([name]) => name).join(', ')})`
    },
    values: (rows) =>
      names.map((name) => {
        const cells = rows.map((row) => row[name])
        return columns[name] === 'text' ? textArray(cells) : plainArray(cells)
      }),
  }
}

/**
 * The text form of a Postgres array of texts; U+0000 and lone surrogates, which Postgres refuses, become U+FFFD. A cell
 * that is no text is written as the text it has.
 */
export function textArray(cells: readonly Cell[]): string {
  return cleanText(`{${cells.map(quoted).join(',')}}`)
}

/** The text form of an array of numbers, booleans, ids or instants, none of which needs quotes. */
export function plainArray(cells: readonly Cell[]): string {
  return `{${cells.map((cell) => cell ?? 'NULL').join(',')}}`
}

const special = /["\\]/

function quoted(cell: Cell): string {
  if (cell === null) return 'NULL'
  const text = String(cell)
  return special.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`
}
