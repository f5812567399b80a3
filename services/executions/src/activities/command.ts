import { invalidInput, notFound } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import type { z } from 'zod'
import type { commandSchema, ExecutionReply } from '../contract/commands.ts'
import { endsForOthers } from '../contract/rights.ts'
import { acceptCommand, type CommandRequest } from '../engine/accept-command.ts'
import type { EngineStorage } from '../engine/storage.ts'
import { providerProblem, type ProvidersOf } from '../models/known-providers.ts'
import { requireOwner } from '../storage/require-owner.ts'
import type { Worker } from '../worker/worker.ts'
import { hashOf } from './start.ts'

export interface CommandTools {
  storage: EngineStorage
  worker: Worker
  providersOf?: ProvidersOf | undefined
}

/** How long an answer waits for the engine to have looked at the command, so that a read right after it shows it. */
const lookMs = 1_500
const betweenLooksMs = 15

/** What ends something, and so is for admins too. */
const ending: ReadonlySet<string> = new Set(['cancel', 'stop_step', 'close'])

/** Stores a command and wakes the owner; what is acknowledged is the stored row. */
export async function commandExecution(
  tools: CommandTools,
  request: z.output<typeof commandSchema>,
): Promise<ExecutionReply> {
  const { executionId, runAs, role, command } = request
  const { organizationId, userId } = runAs
  if (command.type === 'rename') {
    const visible = await tools.storage.maySee({ executionId, organizationId, userId })
    const [named] = visible ? await tools.storage.load([executionId]) : []
    if (!named) throw notFound('execution')
    requireOwner(named.state.ownerId, { userId, othersToo: false })
    const state = await tools.storage.applyLocked(executionId, { type: 'rename', name: command.name })
    tools.worker.announce(executionId)
    return { ok: true, id: executionId, revision: state?.revision ?? 0 }
  }
  await requireProvider(command, organizationId, tools.providersOf)
  // A key of its own makes it count once, also where the caller gave none and an answer of the database was lost.
  const idempotencyKey = request.idempotencyKey ?? newId()
  const answer = await tools.storage.command({
    executionId,
    organizationId,
    userId,
    othersToo: ending.has(command.type) && endsForOthers(role),
    idempotencyKey,
    requestHash: hashOf(command),
    prepare: (target) => acceptCommand(command, target),
  })
  tools.worker.announce(executionId)
  const revision = await untilLookedAt(tools.storage, executionId, answer.seq)
  return {
    ok: true,
    id: executionId,
    revision,
    ...(answer.stepKey === null ? {} : { stepKey: answer.stepKey }),
  }
}

async function requireProvider(
  command: CommandRequest,
  organizationId: string,
  providersOf?: ProvidersOf,
): Promise<void> {
  const model =
    command.type === 'message'
      ? command.input.model
      : command.type === 'regenerate'
        ? command.model
        : undefined
  if (model === undefined || !providersOf) return
  const problem = providerProblem(model, await providersOf(organizationId))
  if (problem !== undefined) throw invalidInput([{ path: ['command', 'model'], message: problem }], problem)
}

async function untilLookedAt(storage: EngineStorage, executionId: string, seq: number): Promise<number> {
  const until = performance.now() + lookMs
  for (;;) {
    const { consumed, revision } = await storage.commandProgress(executionId, seq)
    if (consumed || performance.now() > until) return revision
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs))
  }
}
