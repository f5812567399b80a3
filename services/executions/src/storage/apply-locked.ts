import type { Sql } from '@quillworks/database/connect'
import type { WrittenEvent } from '@quillworks/messaging/event-publisher'
import { newId } from '@quillworks/service-kit/ids'
import { decide } from '../engine/decide.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { ExecutionState } from '../engine/state.ts'
import { commit, type WriteMember } from './commit.ts'
import { load } from './load.ts'

/**
 * Decides one input under the row's lock, whoever owns the execution, and in any status: for what may still be told
 * after the end (usage, a name). An owner's next commit is refused by its revision, and it reloads.
 */
export async function applyLocked(
  sql: Sql,
  executionId: string,
  input: EngineInput,
  publish?: (events: WrittenEvent[]) => void,
): Promise<ExecutionState | null> {
  let events: WrittenEvent[] = []
  const state = await sql.begin(async (tx) => {
    const [row] = await tx<{ now: Date }[]>`
      select now() as now from executions.executions where id = ${executionId} for update`
    if (!row) return null
    const [loaded] = await load(tx, [executionId])
    if (!loaded) return null
    const facts = decide(loaded.state, input, row.now.getTime())
    if (facts.length === 0) return loaded.state
    const projection = project(loaded.state, facts)
    const { replicaId, fence, commandSeq, consumedSeq } = loaded
    const member: WriteMember = {
      projection,
      payloads: [],
      replicaId: replicaId ?? newId(),
      fence,
      commandSeq,
      consumedSeq,
      commitId: newId(),
      forced: true,
    }
    await commit(tx, [member], (written) => (events = written))
    return projection.after
  })
  publish?.(events)
  return state
}
