import { notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { ExecutionReply, RunAs } from '../contract/commands.ts'
import type { Derived, Deriving } from '../engine/derive.ts'
import type { ExecutionState } from '../engine/state.ts'
import { hashOf, type StartTools } from './start.ts'

/** Who wants a new execution made of an earlier one. */
export interface DeriveRequest {
  executionId: string
  runAs: RunAs
  trigger: string
  idempotencyKey: string | null
}

/**
 * Makes a new execution of an earlier one in the caller's name: its rows and the content it takes over are stored in
 * one transaction. The same key with the same request answers the same execution.
 */
export async function deriveExecution(
  tools: StartTools,
  request: DeriveRequest,
  how: { operation: string; asked: unknown; derive: (state: ExecutionState, deriving: Deriving) => Derived },
): Promise<ExecutionReply> {
  const { executionId, trigger, idempotencyKey: key } = request
  const { organizationId, userId } = request.runAs
  const visible = await tools.storage.maySee({ executionId, organizationId, userId })
  const [loaded] = visible ? await tools.storage.load([executionId]) : []
  if (!loaded) throw notFound('execution')
  const now = tools.now()
  const id = newId()
  const runAs = { ...request.runAs, projectId: loaded.state.projectId }
  const { created, refs } = how.derive(loaded.state, { id, runAs, trigger, now })
  const requestHash = hashOf([executionId, how.asked])
  const started = await tools.storage.start({
    id,
    runAs,
    idempotency: key === null ? null : { operation: how.operation, key, requestHash },
    created,
    payloads: [],
    copied: { executionId, refs },
    requestHash: `${how.operation} of ${executionId} as ${id}`,
    replicaId: null,
    now,
  })
  tools.worker.announce(started.id)
  return { ok: true, id: started.id, revision: started.revision }
}
