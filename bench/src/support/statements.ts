import type postgres from 'postgres'

/** What one statement cost, over all that ran it. */
export interface StatementCost {
  calls: number
  rows: number
  totalMs: number
  planMs: number
  meanMs: number
  buffers: number
  walKb: number
  query: string
}

export async function forgetStatements(owner: postgres.Sql): Promise<void> {
  await owner`select pg_stat_statements_reset()`
}

/** The dearest statements since the last `forgetStatements`. */
export async function dearestStatements(owner: postgres.Sql, limit = 15): Promise<StatementCost[]> {
  const rows = await owner<Record<string, string>[]>`
    select calls, rows, total_exec_time as exec, total_plan_time as plan, mean_exec_time as mean,
      shared_blks_hit + shared_blks_read as buffers, wal_bytes / 1024 as wal, query
    from pg_stat_statements order by total_exec_time + total_plan_time desc limit ${limit}`
  return rows.map((row) => ({
    calls: Number(row['calls']),
    rows: Number(row['rows']),
    totalMs: Number(row['exec']) + Number(row['plan']),
    planMs: Number(row['plan']),
    meanMs: Number(row['mean']),
    buffers: Number(row['buffers']),
    walKb: Number(row['wal']),
    query: String(row['query']).replaceAll(/\s+/g, ' ').trim(),
  }))
}
