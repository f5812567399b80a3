import { newId } from '@quillworks/service-kit/ids'
import type postgres from 'postgres'
import type { RecordedCommit, RecordedRow, Recording } from './recording.ts'

// Hand-written SQL for one recorded plan: what an engine that knew nothing but this plan would send. What differs from
// one execution to the next, and all content, travels with the statement; names and states stand in its text.

/** One commit of the plan as one statement over many executions, and the values that travel for each of them. */
export interface Stage {
  text: string
  valuesFor: (executionId: string) => string[]
}

/** Content: it comes from the client. */
const travelling: Record<string, string[]> = {
  events: ['data'],
  payloads: ['body'],
}

/** What an update of a step or an attempt sets. */
const notSet = new Set([
  'execution_id',
  'organization_id',
  'owner_id',
  'visibility',
  'key',
  'step_key',
  'number',
  'kind',
])

function unquote(literal: string): string {
  const text = literal.slice(0, literal.lastIndexOf('::'))
  return text.startsWith("E'")
    ? text.slice(2, -1).replaceAll("''", "'").replaceAll('\\\\', '\\')
    : text.slice(1, -1).replaceAll("''", "'")
}

export function stagesOf(recording: Recording): Stage[] {
  return recording.commits.map((commit, index) =>
    stageOf({ recording, commit, first: index === 0, last: index === recording.commits.length - 1 }),
  )
}

function stageOf(input: {
  recording: Recording
  commit: RecordedCommit
  first: boolean
  last: boolean
}): Stage {
  const { recording, commit, first, last } = input
  const columns: { type: string; value: (id: string) => string }[] = [{ type: 'uuid', value: (id) => id }]
  const parts: string[] = []
  const travel = (literal: string): string => {
    const type = literal.slice(literal.lastIndexOf('::') + 2)
    const pieces = unquote(literal).split(recording.executionId)
    columns.push({ type, value: (id) => pieces.join(id) })
    return `m.v${columns.length - 1}::${type}`
  }
  const insert = (table: string, rows: RecordedRow[]) => {
    const [head] = rows
    if (!head) return
    const names = Object.keys(head)
    const values = rows.map((row) => {
      const cells = names.map((name) => {
        if (name === 'execution_id' || (table === 'executions' && name === 'id')) return 'm.v0'
        return travelling[table]?.includes(name) ? travel(row[name] ?? '') : (row[name] ?? 'null')
      })
      return `(${cells.join(', ')})`
    })
    parts.push(
      `insert into executions.${table} (${names.map((name) => `"${name}"`).join(', ')})
       select r.* from m cross join lateral (values ${values.join(', ')}) r`,
    )
  }
  const update = (table: string, rows: RecordedRow[], keys: string[]) => {
    for (const row of rows) {
      const set = Object.entries(row).filter(
        ([name, literal]) => !notSet.has(name) && !literal.startsWith('NULL::'),
      )
      const where = keys.map((key) => `t."${key}" = ${row[key]}`)
      parts.push(
        `update executions.${table} t set ${set.map(([name, literal]) => `"${name}" = ${literal}`).join(', ')}
         from m where t.execution_id = m.v0 and ${where.join(' and ')}`,
      )
    }
  }
  // Owned while it runs, as the engine's rows are, so that the same indexes change.
  if (first)
    insert('executions', [
      { ...recording.execution, status: `'running'::text`, replica_id: 'gen_random_uuid()' },
    ])
  else {
    const replica = last ? 'null' : 'replica_id'
    const status = last ? recording.execution['status'] : `'running'::text`
    parts.push(
      `update executions.executions e set revision = revision + ${commit.events.length}, status = ${status},
         progress_done = progress_done + 1, updated_at = now(), last_commit = gen_random_uuid(), replica_id = ${replica}
       from m where e.id = m.v0`,
    )
  }
  insert('steps', commit.newSteps)
  update('steps', commit.changedSteps, ['key'])
  insert('attempts', commit.newAttempts)
  update('attempts', commit.changedAttempts, ['step_key', 'number'])
  insert('events', commit.events)
  insert('payloads', commit.payloads)
  insert('unpublished', commit.unpublished)
  // Content as text: written out as JSON arrays of strings it is quoted once, which is the cheapest this client has.
  const names = columns.map((_, index) => `v${index}`)
  const arrays = columns.map(
    ({ type }, index) => `$${index + 1}::${index === 0 || type === 'uuid' ? 'uuid' : 'text'}[]`,
  )
  const ctes = parts.map((part, index) => `p${index} as (${part})`)
  return {
    text: `with m as materialized (select * from unnest(${arrays.join(', ')}) as m (${names.join(', ')})), ${ctes.join(', ')} select 1`,
    valuesFor: (id) => columns.map(({ value }) => value(id)),
  }
}

/** Carries `count` executions of the plan through their commits, `inFlight` at once, many in one commit. */
export async function writeSameRows(input: {
  sql: postgres.Sql
  stages: Stage[]
  count: number
  inFlight: number
  /** Commits under way at once. */
  writers: number
}): Promise<{ wallSeconds: number; toEndMs: number[]; ids: string[] }> {
  const { sql, stages, count, inFlight, writers } = input
  const waiting: { id: string; stage: number; done: () => void }[] = []
  let wake = Promise.withResolvers<void>()
  let open = true
  const writer = async () => {
    while (open) {
      const batch = waiting.splice(0, Math.max(1, Math.ceil(inFlight / writers)))
      if (batch.length === 0) {
        await wake.promise
        continue
      }
      const byStage = Map.groupBy(batch, ({ stage }) => stage)
      await sql.begin(async (tx) => {
        const writes = [...byStage].map(([number, members]) => {
          const stage = stages[number]
          if (!stage) throw new Error(`There is no stage ${number}.`)
          const rows = members.map(({ id }) => stage.valuesFor(id))
          const arrays = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''))
          return tx.unsafe(stage.text, arrays, { prepare: true })
        })
        await Promise.all(writes)
      })
      for (const { done } of batch) done()
    }
  }
  const submit = (id: string, stage: number) =>
    new Promise<void>((done) => {
      waiting.push({ id, stage, done })
      wake.resolve()
      wake = Promise.withResolvers()
    })
  const running = Array.from({ length: writers }, writer)
  const startedAt = performance.now()
  const toEndMs: number[] = []
  const ids: string[] = []
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      const id = newId()
      const at = performance.now()
      for (let stage = 0; stage < stages.length; stage += 1) await submit(id, stage)
      toEndMs.push(performance.now() - at)
      ids.push(id)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const wallSeconds = (performance.now() - startedAt) / 1000
  open = false
  wake.resolve()
  await Promise.all(running)
  return { wallSeconds, toEndMs, ids }
}
