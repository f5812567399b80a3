import type { Sql } from '@quillworks/database/connect'
import type { OutboxEntry } from '@quillworks/messaging/outbox-store'
import type postgres from 'postgres'
import { newId } from '@quillworks/service-kit/ids'
import { decide } from '../engine/decide.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { project } from '../engine/project.ts'
import type { PayloadWrite } from '../engine/storage.ts'
import type { ExecutionState } from '../engine/state.ts'
import { commit, type WriteMember } from './commit.ts'
import { load } from './load.ts'

/**
 * Decides one input under the row's lock, whoever owns the execution, and in any status: for what may still be told
 * after the end (usage, a name). An owner's next commit is refused by its revision, and it reloads.
 */
export async function applyLocked(
  sql: Sql,
  {
    executionId,
    input,
    payloads = [],
    publish,
  }: {
    executionId: string
    input: EngineInput
    payloads?: PayloadWrite[] | undefined
    publish?: ((entries: OutboxEntry[]) => void) | undefined
  },
): Promise<ExecutionState | null> {
  let toPublish: OutboxEntry[] = []
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
      payloads,
      replicaId: replicaId ?? newId(),
      fence,
      commandSeq,
      consumedSeq,
      commitId: newId(),
      forced: true,
    }
    await commit(tx, [member], (written) => (toPublish = written))
    if (input.type === 'attempt_completed' || input.type === 'heartbeat') await wake(tx, executionId, input)
    return projection.after
  })
  publish?.(toPublish)
  return state
}

/**
 * What a worker told lets the execution go on, or wait for longer. A completion raises `command_seq`, so that an owner
 * who misses the wake sees it when it next looks.
 */
async function wake(
  tx: postgres.TransactionSql,
  executionId: string,
  input: Extract<EngineInput, { type: 'attempt_completed' | 'heartbeat' }>,
): Promise<void> {
  const raised = input.type === 'attempt_completed' ? 1 : 0
  await tx`
    update executions.executions set command_seq = command_seq + ${raised},
      wake_at = case when replica_id is not null then wake_at
        when status in ('queued', 'running') or command_seq + ${raised} > consumed_seq then now()
        else waiting_until end
    where id = ${executionId}`
}
