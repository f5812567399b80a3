import type postgres from 'postgres'

/** A row of a real execution: SQL literals of its columns, by name. */
export type RecordedRow = Record<string, string>

/** All rows that the engine wrote for one execution, sorted into the commits that the facts of its events were in. */
export interface Recording {
  executionId: string
  execution: RecordedRow
  commits: RecordedCommit[]
}

export interface RecordedCommit {
  events: RecordedRow[]
  /** The note of what is to be published. */
  unpublished: RecordedRow[]
  newSteps: RecordedRow[]
  changedSteps: RecordedRow[]
  newAttempts: RecordedRow[]
  changedAttempts: RecordedRow[]
  payloads: RecordedRow[]
}

type Read = { tx: string; row: RecordedRow; plain: Record<string, string | null> }

async function rowsOf(owner: postgres.Sql, input: { table: string; where: string }): Promise<Read[]> {
  const columns = await owner<{ name: string; type: string }[]>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = ${`executions.${input.table}`}::regclass and attnum > 0 and not attisdropped order by attnum`
  const names = columns.map(({ name }) => `'${name}'`).join(', ')
  const literals = columns.map(({ name }) => `quote_nullable("${name}"::text)`).join(', ')
  const plain = columns.map(({ name }) => `"${name}"::text`).join(', ')
  const rows = await owner.unsafe<Read[]>(
    `select xmin::text as tx, json_object(array[${names}], array[${literals}]) as row,
       json_object(array[${names}], array[${plain}]) as plain
     from executions.${input.table} where ${input.where}`,
  )
  return rows.map((read) => ({
    ...read,
    row: Object.fromEntries(columns.map(({ name, type }) => [name, `${read.row[name]}::${type}`])),
  }))
}

/** Reads back one execution that has ended, with the commits its rows came in. */
export async function record(owner: postgres.Sql, executionId: string): Promise<Recording> {
  const below = `execution_id = '${executionId}'`
  const [execution] = await rowsOf(owner, { table: 'executions', where: `id = '${executionId}'` })
  const events = await rowsOf(owner, { table: 'events', where: `${below} order by revision` })
  const steps = await rowsOf(owner, { table: 'steps', where: `${below} order by ordinal` })
  const attempts = await rowsOf(owner, { table: 'attempts', where: below })
  const payloads = await rowsOf(owner, { table: 'payloads', where: below })
  if (!execution) throw new Error(`There is no execution ${executionId}.`)
  const transactions = [...new Set(events.map(({ tx }) => tx))]
  const commits = transactions.map((tx, index): RecordedCommit => {
    const mine = events.filter((event) => event.tx === tx)
    const stepsOf = (...types: string[]) =>
      mine.filter(({ plain }) => types.includes(plain['type'] ?? '')).map(({ plain }) => plain['step_key'])
    const started = stepsOf('step_started')
    const ended = stepsOf('step_succeeded')
    const bornBefore = (key: string | null | undefined) =>
      events.some(
        ({ tx: other, plain }) =>
          plain['type'] === 'step_started' &&
          plain['step_key'] === key &&
          transactions.indexOf(other) < index,
      )
    const touched = new Set([...started, ...ended])
    const rowsAt = (reads: Read[], chosen: (read: Read) => boolean) =>
      reads.filter(chosen).map(({ row }) => row)
    const attemptKey = ({ plain }: Read) => plain['step_key']
    return {
      events: mine.map(({ row }) => row),
      unpublished: [unpublishedOf(mine)],
      newSteps: index === 0 ? steps.map(({ row }) => row) : [],
      changedSteps: index === 0 ? [] : rowsAt(steps, ({ plain }) => touched.has(plain['key'])),
      newAttempts: rowsAt(
        attempts,
        (read) =>
          started.includes(attemptKey(read)) ||
          (ended.includes(attemptKey(read)) && !bornBefore(attemptKey(read))),
      ),
      changedAttempts: rowsAt(
        attempts,
        (read) => ended.includes(attemptKey(read)) && bornBefore(attemptKey(read)),
      ),
      payloads: rowsAt(payloads, (read) => read.tx === tx),
    }
  })
  return { executionId, execution: execution.row, commits }
}

/** The row as it was written with these events: it goes as soon as they are published. */
function unpublishedOf(events: Read[]): RecordedRow {
  const [first] = events
  const last = events.at(-1)
  if (!first || !last) throw new Error('A commit without events.')
  return {
    execution_id: first.row['execution_id'] ?? '',
    organization_id: first.row['organization_id'] ?? '',
    from_revision: first.row['revision'] ?? '',
    to_revision: last.row['revision'] ?? '',
  }
}
