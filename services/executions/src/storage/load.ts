import type { Sql } from '@quillworks/database/connect'
import type postgres from 'postgres'
import type { EngineCommand } from '../engine/inputs.ts'
import type { LoadedExecution } from '../engine/storage.ts'
import { loadedOf, type ExecutionRecord, type StepRecord } from './rows.ts'

interface CommandRecord {
  execution_id: string
  seq: number
  body: EngineCommand
}

/**
 * Reads executions with their steps and waiting commands. The three reads need not be of one moment: a commit made on
 * a torn read is refused by its revision.
 */
export async function load(sql: Sql | postgres.TransactionSql, ids: string[]): Promise<LoadedExecution[]> {
  if (ids.length === 0) return []
  // Months that none of them is of are then not opened.
  const sorted = ids.map((id) => id.toLowerCase()).toSorted()
  const [least, greatest] = [sorted[0] ?? '', sorted.at(-1) ?? '']
  const rows = await sql<
    ExecutionRecord[]
  >`select * from executions.executions where id = any(${ids}::uuid[])`
  const steps = await sql<StepRecord[]>`
    select * from executions.steps where execution_id = any(${ids}::uuid[])
      and execution_id between ${least}::uuid and ${greatest}::uuid order by execution_id, ordinal`
  const commands = await sql<CommandRecord[]>`
    select c.execution_id, c.seq, c.body from executions.commands c join executions.executions e on e.id = c.execution_id
    where c.execution_id = any(${ids}::uuid[]) and c.seq > e.consumed_seq order by c.execution_id, c.seq`
  const stepsOf = Map.groupBy(steps, (step) => step.execution_id)
  const commandsOf = Map.groupBy(commands, (command) => command.execution_id)
  return rows.map((row) => {
    const waiting = (commandsOf.get(row.id) ?? []).filter(({ seq }) => seq <= row.command_seq)
    return loadedOf(
      row,
      stepsOf.get(row.id) ?? [],
      waiting.map(({ seq, body }) => ({ seq, command: body })),
    )
  })
}
