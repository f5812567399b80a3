import type postgres from 'postgres'
import { stepsPerPlan } from './plan.ts'

/** What the database says about a load: how often its work was committed, and whether everything is published. */
export interface Evidence {
  executions: number
  succeeded: number
  /** Executions whose step results lie in as many transactions as there are steps. */
  withOneCommitPerStep: number
  /** Transactions that the steps of one execution took, the fewest and the most over all. */
  fewestStepCommits: number
  mostStepCommits: number
  eventsPerExecution: number
  unpublished: number
}

/** Looks at every execution of the load: `xmin` names the transaction that wrote a row. */
export async function evidenceOf(owner: postgres.Sql, ids: string[]): Promise<Evidence> {
  const [row] = await owner<Record<string, string>[]>`
    with mine as (select id, status from executions.executions where id = any(${ids}::uuid[])),
    per as (
      select e.execution_id, count(*) filter (where type = 'step_succeeded') as steps, count(*) as events,
        count(distinct e.xmin::text) filter (where type = 'step_succeeded') as commits
      from executions.events e join mine on mine.id = e.execution_id group by 1
    )
    select (select count(*) from mine) as executions,
      (select count(*) from mine where status = 'succeeded') as succeeded,
      count(*) filter (where steps = ${stepsPerPlan} and commits = ${stepsPerPlan}) as own,
      min(commits) as fewest, max(commits) as most, avg(events) as events,
      (select count(*) from executions.unpublished) as unpublished
    from per`
  const read = (name: string) => Number(row?.[name] ?? 0)
  return {
    executions: read('executions'),
    succeeded: read('succeeded'),
    withOneCommitPerStep: read('own'),
    fewestStepCommits: read('fewest'),
    mostStepCommits: read('most'),
    eventsPerExecution: read('events'),
    unpublished: read('unpublished'),
  }
}

/** Waits until everything is noted as published; gives the milliseconds that took since `since`. */
export async function outboxDrained(owner: postgres.Sql, since: number): Promise<number> {
  for (;;) {
    const [left] = await owner`select 1 from executions.unpublished limit 1`
    if (!left) return Math.max(0, Date.now() - since)
    if (Date.now() - since > 60_000) throw new Error('The outbox is not drained after 60 seconds.')
    await Bun.sleep(2)
  }
}

/** Transactions and write-ahead log so far. */
export async function databaseWork(owner: postgres.Sql): Promise<{ commits: number; walBytes: number }> {
  // What a session has done is told to others at most a second later.
  await Bun.sleep(1_100)
  const [row] = await owner<{ commits: string; wal: string }[]>`
    select xact_commit as commits, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal
    from pg_stat_database where datname = current_database()`
  return { commits: Number(row?.commits ?? 0), walBytes: Number(row?.wal ?? 0) }
}
