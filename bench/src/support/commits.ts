import type { Ground } from './ground.ts'

/** A fact of an execution and when Postgres noted its commit (epoch ms), which is before the log was flushed. */
export interface CommittedFact {
  id: string
  revision: number
  type: string
  stepKey: string | null
  committedMs: number
}

/** The ground must keep commit timestamps. */
export const keepCommitTimes = { track_commit_timestamp: 'on' }

/**
 * When the facts of executions were committed. The time inside an event is no measure of that: it is when the engine
 * decided, by its replica's clock, which follows the database's to a few milliseconds.
 */
export async function committedFacts(ground: Ground, ids: string[]): Promise<CommittedFact[]> {
  const rows = await ground.owner<Record<string, string>[]>`
    select e.execution_id as id, e.revision, e.type, e.step_key,
      extract(epoch from pg_xact_commit_timestamp(e.xmin)) * 1000 as committed
    from executions.events e where e.execution_id = any(${ids}::uuid[]) order by e.execution_id, e.revision`
  return rows.map((row) => ({
    id: String(row['id']),
    revision: Number(row['revision']),
    type: String(row['type']),
    stepKey: row['step_key'] ?? null,
    committedMs: Number(row['committed']),
  }))
}
