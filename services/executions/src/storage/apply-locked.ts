import type { Sql } from '@quillworks/database/connect'
import { newId } from '@quillworks/service-kit/ids'
import { decide } from '../engine/decide.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { ExecutionState } from '../engine/state.ts'
import { commit } from './commit.ts'
import { load } from './load.ts'

/**
 * Decides one input under the row's lock, whoever owns the execution, and in any status: for what may still be told
 * after the end (usage, a name). An owner's next commit is refused by its revision, and it reloads.
 */
export async function applyLocked(
  sql: Sql,
  executionId: string,
  input: EngineInput,
): Promise<ExecutionState | null> {
  return sql.begin(async (tx) => {
    const [row] = await tx<{ now: Date }[]>`
      select now() as now from executions.executions where id = ${executionId} for update`
    if (!row) return null
    const [loaded] = await load(tx, [executionId])
    if (!loaded) return null
    const events = decide(loaded.state, input, row.now.getTime())
    if (events.length === 0) return loaded.state
    const projection = project(loaded.state, events)
    await commit(tx, [
      {
        projection,
        payloads: [],
        replicaId: loaded.replicaId ?? newId(),
        fence: loaded.fence,
        commandSeq: loaded.commandSeq,
        consumedSeq: loaded.consumedSeq,
        commitId: newId(),
        forced: true,
      },
    ])
    return projection.after
  })
}
