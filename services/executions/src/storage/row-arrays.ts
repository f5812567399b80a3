import { cleanText } from './clean.ts'

/**
 * Types of columns that travel as arrays. `instant` is a timestamptz given in milliseconds since 1970, `json` a JSON
 * text. Arrays of arrays travel as text and are cast where they arrive.
 */
type ColumnType = 'uuid' | 'text' | 'integer' | 'bigint' | 'boolean' | 'instant' | 'json'

export type Cell = string | number | bigint | boolean | null
export type Columns = Record<string, ColumnType>
export type Row<C extends Columns> = { [name in keyof C]: Cell }

/** How rows of one shape reach a statement: one parameter per column, which Postgres reads far faster than JSON. */
export interface RowArrays<C extends Columns> {
  /** How many parameters it takes. */
  count: number
  /** The rows as a table `alias`, from parameters `$first` on. */
  table: (alias: string, first: number) => string
  /** The parameters. */
  values: (rows: readonly Row<C>[]) => string[]
}

/** Never inside a JSON text, where it is written as an escape: so nothing in it needs to be quoted. */
const separator = '\u001e'

const arrayOf: Record<ColumnType, (parameter: string) => string> = {
  uuid: (parameter) => `${parameter}::text::uuid[]`,
  text: (parameter) => `${parameter}::text::text[]`,
  integer: (parameter) => `${parameter}::text::integer[]`,
  bigint: (parameter) => `${parameter}::text::bigint[]`,
  boolean: (parameter) => `${parameter}::text::boolean[]`,
  instant: (parameter) => `${parameter}::text::float8[]`,
  json: (parameter) => `string_to_array(${parameter}::text, E'\\x1e')`,
}

export function rowArrays<const C extends Columns>(columns: C): RowArrays<C> {
  const entries = Object.entries(columns)
  const names: (keyof C)[] = Object.keys(columns)
  const selected = entries.map(([name, type]) =>
    type === 'instant' ? `to_timestamp(u.${name} / 1000) as ${name}` : `u.${name}`,
  )
  return {
    count: entries.length,
    table: (alias, first) => {
      const arrays = entries.map(([, type], index) => arrayOf[type](`$${first + index}`))
      const unnested = `unnest(${arrays.join(', ')}) as u (${entries.map(([name]) => name).join(', ')})`
      return `(select ${selected.join(', ')} from ${unnested}) as ${alias}`
    },
    values: (rows) =>
      names.map((name) => {
        const cells = rows.map((row) => row[name])
        if (columns[name] === 'json') return cells.join(separator)
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

/** The text form of an array of numbers, booleans or ids, none of which needs quotes. */
export function plainArray(cells: readonly Cell[]): string {
  return `{${cells.map((cell) => cell ?? 'NULL').join(',')}}`
}

const special = /["\\]/

function quoted(cell: Cell): string {
  if (cell === null) return 'NULL'
  const text = String(cell)
  return special.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`
}
