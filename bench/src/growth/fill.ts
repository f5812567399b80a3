import type postgres from 'postgres'
import { record, type RecordedRow } from '../engine/recording.ts'

/** Ids lie over the last twenty days. */
const overSeconds = 20 * 86_400
const chunk = 20_000

const names = (row: RecordedRow) =>
  Object.keys(row)
    .map((name) => `"${name}"`)
    .join(', ')

function insertAll(table: string, rows: RecordedRow[], idColumn: string, changed: RecordedRow = {}): string {
  const values = rows.map((row) => {
    const cells = Object.entries({ ...row, ...changed }).map(([name, literal]) =>
      name === idColumn ? 'm.id' : literal,
    )
    return `(${cells.join(', ')})`
  })
  const [head = {}] = rows
  return `insert into executions.${table} (${names(head)})
    select r.* from m cross join lateral (values ${values.join(', ')}) r`
}

/**
 * Fills the tables up to `count` executions that have ended, with their steps, events and such attempts as have rows: copies of
 * one that ran, one in fifty of them failed. Their content and outbox rows are left out: neither is looked for by time.
 */
export async function fill(owner: postgres.Sql, like: string, count: number): Promise<void> {
  const [row] = await owner<{ count: string }[]>`select count(*) from executions.executions`
  const { execution, commits } = await record(owner, like)
  const steps = commits.flatMap(({ newSteps }) => newSteps)
  const attempts = commits.flatMap(({ newAttempts }) => newAttempts)
  const events = commits.flatMap((commit) => commit.events)
  const missing = count - Number(row?.count ?? 0)
  for (let from = 0; from < missing; from += chunk) {
    const until = Math.min(missing, from + chunk)
    await owner.unsafe(
      `with m as materialized (
        select uuidv7(-(interval '1 second' * (${overSeconds}.0 * n / ${missing}))) as id, n
        from generate_series(${from + 1}, ${until}) n
      ),
      e as (${insertAll('executions', [execution], 'id', { status: `(case when m.n % 50 = 0 then 'failed' else 'succeeded' end)` })}),
      s as (${insertAll('steps', steps, 'execution_id')}),
      ${attempts.length > 0 ? `a as (${insertAll('attempts', attempts, 'execution_id')}),` : ''}
      v as (${insertAll('events', events, 'execution_id')})
      select 1`,
    )
  }
  await owner`vacuum analyze`
}
