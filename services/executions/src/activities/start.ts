import { AppError, invalidInput } from '@quillworks/service-kit/errors'
import type { ExecutionReply } from '../contract/commands.ts'
import { checkPlan } from '../engine/check-plan.ts'
import { createdFrom, type StartRequest } from '../engine/start.ts'
import type { EngineStorage } from '../engine/storage.ts'
import { providerProblem, type ProvidersOf } from '../models/known-providers.ts'
import type { Owned, Worker } from '../worker/worker.ts'

export interface StartTools {
  storage: EngineStorage
  worker: Worker
  now: () => number
  /** The model providers that an organization may name; any where left out. */
  providersOf?: ProvidersOf | undefined
}

const oldestIdMs = 24 * 3_600_000
const newestIdMs = 3_600_000

/**
 * Accepts an execution: checked, stored, and answered only after its commit. Where this replica is free, the first
 * steps start in the same commit.
 */
export async function startExecution(tools: StartTools, request: StartRequest): Promise<ExecutionReply> {
  const now = tools.now()
  const issues = checkPlan(request.plan, request.runAs.organizationId)
  if (issues.length > 0) throw invalidInput(issues, 'The plan cannot be carried out.')
  await requireProviders(request, tools.providersOf)
  requireFreshId(request.id, now)
  const { event, payloads } = createdFrom(request, now)
  const { organizationId } = request.runAs
  const replicaId = tools.worker.freeFor(organizationId)
  const place = tools.worker.expect(request.id, organizationId)
  let owned: Owned
  try {
    const started = await tools.storage.start({
      id: request.id,
      runAs: request.runAs,
      idempotency: request.idempotency ?? null,
      created: event,
      payloads,
      requestHash: hashOf(request),
      replicaId,
      now,
    })
    if (started.fresh && replicaId !== null) owned = started.owned ?? 'unread'
    return { ok: true, id: started.id, revision: started.revision }
  } finally {
    place.done(owned)
    if (owned === undefined) tools.worker.announce(request.id)
  }
}

/** Names what was asked for; the same request has the same. */
export function hashOf(request: unknown): string {
  return new Bun.CryptoHasher('sha256').update(JSON.stringify(request)).digest('hex')
}

async function requireProviders({ plan, runAs }: StartRequest, providersOf?: ProvidersOf): Promise<void> {
  if (!providersOf || !plan.steps.some(({ kind }) => kind === 'model')) return
  const providers = await providersOf(runAs.organizationId)
  const issues = plan.steps.flatMap((step, index) => {
    const problem = step.kind === 'model' ? providerProblem(step.input.model, providers) : undefined
    return problem === undefined
      ? []
      : [{ path: ['plan', 'steps', index, 'input', 'model'], message: problem }]
  })
  if (issues.length > 0) throw invalidInput(issues, issues[0]?.message)
}

/** Rows lie in partitions by the time inside the id: one far away would lie where nobody looks. */
function requireFreshId(id: string, now: number): void {
  const madeAt = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  if (id[14] !== '7' || madeAt < now - oldestIdMs || madeAt > now + newestIdMs) {
    throw new AppError('input.invalid', 'The id has to be a UUIDv7 made now.', {
      issues: [{ path: ['id'], message: 'Not a UUIDv7 of today.' }],
    })
  }
}
