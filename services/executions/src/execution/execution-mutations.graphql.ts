import { notFound, AppError } from '@quillworks/service-kit/errors'
import { isId } from '@quillworks/service-kit/ids'
import { commandExecution } from '../activities/command.ts'
import type { DeriveRequest } from '../activities/derive.ts'
import { forkExecution } from '../activities/fork.ts'
import { retryExecution } from '../activities/retry.ts'
import type { ExecutionReply } from '../contract/commands.ts'
import type { CommandRequest } from '../engine/accept-command.ts'
import { builder, writeScope } from '../graphql/builder.ts'
import { runAsOf, type ExecutionsContext } from '../graphql/context.ts'
import { ExecutionType, required } from './execution.graphql.ts'
import type { ShownExecution } from './execution.ts'

/** Stores the command in the caller's name and answers the execution as it is then. */
async function command(
  context: ExecutionsContext,
  id: string,
  idempotencyKey: string | null | undefined,
  request: CommandRequest,
): Promise<ShownExecution> {
  if (!isId(id)) throw notFound('execution')
  const given = checkedKey(idempotencyKey)
  const key = given === null ? {} : { idempotencyKey: given }
  const runAs = runAsOf(context.identity)
  return shown(
    context,
    await commandExecution(context.engine, {
      executionId: id,
      runAs,
      role: context.identity.role,
      ...key,
      command: request,
    }),
  )
}

async function shown(context: ExecutionsContext, reply: ExecutionReply): Promise<ShownExecution> {
  if (!reply.ok) throw new AppError(reply.code, reply.message)
  return required(await context.loaders.executions.clear(reply.id).load(reply.id))
}

function deriveRequest(
  { identity }: ExecutionsContext,
  id: string,
  idempotencyKey: string | null | undefined,
): DeriveRequest {
  if (!isId(id)) throw notFound('execution')
  const trigger = identity.principal.startsWith('key:') ? 'api' : 'manual'
  return { executionId: id, runAs: runAsOf(identity), trigger, idempotencyKey: checkedKey(idempotencyKey) }
}

builder.mutationFields((t) => ({
  cancelExecution: t.field({
    type: ExecutionType,
    args: { id: t.arg.id({ required: true }), reason: t.arg.string(), idempotencyKey: t.arg.string() },
    extensions: writeScope,
    resolve: (_, { id, reason, idempotencyKey }, context) =>
      command(context, id, idempotencyKey, {
        type: 'cancel',
        ...(reason == null ? {} : { reason: reasonOf(reason) }),
      }),
  }),
  stopStep: t.field({
    type: ExecutionType,
    description: 'Ends one step; a conversation then waits for the next message.',
    args: {
      id: t.arg.id({ required: true }),
      stepKey: t.arg.string({ required: true }),
      idempotencyKey: t.arg.string(),
    },
    extensions: writeScope,
    resolve: (_, { id, stepKey, idempotencyKey }, context) =>
      command(context, id, idempotencyKey, { type: 'stop_step', stepKey }),
  }),
  renameExecution: t.field({
    type: ExecutionType,
    args: { id: t.arg.id({ required: true }), name: t.arg.string({ required: true }) },
    extensions: writeScope,
    resolve: (_, { id, name }, context) => command(context, id, null, { type: 'rename', name: nameOf(name) }),
  }),
  retryExecution: t.field({
    type: ExecutionType,
    description: 'A new execution of the same plan, which keeps the results of the steps that succeeded.',
    args: { id: t.arg.id({ required: true }), idempotencyKey: t.arg.string() },
    extensions: writeScope,
    resolve: async (_, { id, idempotencyKey }, context) =>
      shown(context, await retryExecution(context.engine, deriveRequest(context, id, idempotencyKey))),
  }),
  forkExecution: t.field({
    type: ExecutionType,
    description:
      'A new conversation that goes on after one of the messages of this one; what it takes over is neither repeated nor paid again.',
    args: {
      id: t.arg.id({ required: true }),
      stepKey: t.arg.string({ description: 'The message; the last that has ended where left out.' }),
      idempotencyKey: t.arg.string(),
    },
    extensions: writeScope,
    resolve: async (_, { id, stepKey, idempotencyKey }, context) => {
      const request = { ...deriveRequest(context, id, idempotencyKey), stepKey: stepKey ?? null }
      return shown(context, await forkExecution(context.engine, request))
    },
  }),
}))

function checkedKey(key: string | null | undefined): string | null {
  if (key === null || key === undefined) return null
  if (key.length >= 1 && key.length <= 200 && !key.includes('\u0000') && key.isWellFormed()) return key
  throw new AppError('input.invalid', 'The input is not valid.', {
    issues: [{ path: ['idempotencyKey'], message: 'A key has 1 to 200 characters.' }],
  })
}

function reasonOf(reason: string): string {
  if (reason.length <= 500) return reason
  throw new AppError('input.invalid', 'The input is not valid.', {
    issues: [{ path: ['reason'], message: 'Give a reason of at most 500 characters.' }],
  })
}

function nameOf(name: string): string {
  const trimmed = name.trim()
  if (trimmed.length >= 1 && trimmed.length <= 200) return trimmed
  throw new AppError('input.invalid', 'The input is not valid.', {
    issues: [{ path: ['name'], message: 'Give a name of 1 to 200 characters.' }],
  })
}
