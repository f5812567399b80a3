import { AppError, notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { ExecutionReply, RunAs } from '../contract/commands.ts'
import type { EngineEvent, TakenStep } from '../engine/events.ts'
import { planInputRef, type ExecutionState } from '../engine/state.ts'
import type { StartTools } from './start.ts'

/**
 * Makes a new execution of the same plan in the caller's name. Results of steps that succeeded are taken over, so that
 * their effects are not repeated.
 */
export async function retryExecution(
  tools: StartTools,
  request: { executionId: string; runAs: RunAs; idempotencyKey: string | null },
): Promise<ExecutionReply> {
  const { executionId, runAs, idempotencyKey } = request
  const { organizationId, userId } = runAs
  const visible = await tools.storage.mayChange({ executionId, organizationId, userId })
  const [loaded] = visible ? await tools.storage.load([executionId]) : []
  if (!loaded) throw notFound('execution')
  const { state } = loaded
  if (!['failed', 'canceled', 'timed_out'].includes(state.status)) {
    throw new AppError(
      'execution.not_retryable',
      'Only an execution that failed, timed out or was canceled is retried.',
    )
  }
  const now = tools.now()
  const id = newId()
  const { created, refs } = derive(state, { id, runAs, now })
  const started = await tools.storage.start({
    id,
    runAs,
    idempotency:
      idempotencyKey === null
        ? null
        : { operation: 'retryExecution', key: idempotencyKey, requestHash: executionId },
    created,
    payloads: [],
    copied: { executionId, refs },
    requestHash: `retry of ${executionId} as ${id}`,
    replicaId: null,
    now,
  })
  tools.worker.announce(id)
  return { ok: true, id: started.id, revision: started.revision }
}

function derive(
  state: ExecutionState,
  { id, runAs, now }: { id: string; runAs: RunAs; now: number },
): { created: EngineEvent; refs: string[] } {
  const steps = [...state.steps.values()]
  const taken = steps.flatMap((step): TakenStep[] =>
    step.status === 'succeeded' && step.outputRef !== null
      ? [{ stepKey: step.key, attempt: step.attempt, outputRef: step.outputRef }]
      : [],
  )
  const plans = steps.map(
    ({ key, kind, name, after, retry, timeoutMs, conversation, replaces, model, inputRef }) => ({
      key,
      kind,
      name,
      after,
      retry,
      timeoutMs,
      conversation,
      replaces,
      model,
      inputRef,
    }),
  )
  const { projectId, visibility, kind, name, track, source, planVersion, conversation, deadlineMs } = state
  const header = {
    id,
    organizationId: runAs.organizationId,
    projectId,
    ownerId: runAs.userId,
    visibility,
    kind,
    name,
    track,
    trigger: 'manual',
    source,
    derivedFrom: { id: state.id, stepKey: null, reason: 'retry' },
    planVersion,
    conversation,
    deadlineMs,
  }
  const refs = [planInputRef, ...plans.map((plan) => plan.inputRef), ...taken.map((step) => step.outputRef)]
  return { created: { type: 'created', at: now, header, steps: plans, taken }, refs }
}
