import type { Sql } from '@quillworks/database/connect'
import type postgres from 'postgres'
import type { Columns, Row, RowArrays } from './row-arrays.ts'

/** One statement of several `with` parts, built up with the rows that it takes. */
export class Statement {
  readonly #parts: string[] = []
  readonly #parameters: string[] = []

  /** Hands rows over; answers the table expression to select them from. */
  rows<C extends Columns>(arrays: RowArrays<C>, alias: string, rows: readonly Row<C>[]): string {
    const table = arrays.table(alias, this.#parameters.length + 1)
    this.#parameters.push(...arrays.values(rows))
    return table
  }

  /**
   * A condition that `column` lies among `ids`, which a join to them does not say early enough: of a partitioned table,
   * those without any are then not opened. `ids` has at least one.
   */
  among(column: string, ids: readonly string[]): string {
    const sorted = ids.map((id) => id.toLowerCase()).toSorted()
    const at = this.#parameters.push(sorted[0] ?? '', sorted.at(-1) ?? '')
    return `${column} between $${at - 1}::uuid and $${at}::uuid`
  }

  with(name: string, query: string): void {
    this.#parts.push(`${name} as (${query})`)
  }

  /** Runs it with `select` as its last part, prepared: there are few texts, which differ in the tables they touch. */
  run<T extends object>(sql: Sql | postgres.TransactionSql, select: string): Promise<T[]> {
    const text = `with ${this.#parts.join(',\n')}\n${select}`
    return sql.unsafe<T[]>(text, this.#parameters, { prepare: true })
  }
}
