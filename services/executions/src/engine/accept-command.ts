import { AppError, invalidInput, notFound } from '@quillworks/service-kit/errors'
import type { z } from 'zod'
import type { commandSchema } from '../contract/commands.ts'
import { isFinal, type StepStatus } from '../contract/status.ts'
import type { CommandTarget, PreparedCommand } from './storage.ts'
import { stepPlanOf } from './start.ts'
import { inputRef, type StepPlan } from './state.ts'

export type CommandRequest = z.output<typeof commandSchema>['command']

const defaultRetry = { maxAttempts: 3, delayMs: 1_000, maxDelayMs: 30_000 }

/** Turns what was asked into what is stored, or refuses what makes no sense for the execution as it is. */
export function acceptCommand(
  request: Exclude<CommandRequest, { type: 'rename' }>,
  target: CommandTarget,
): PreparedCommand {
  switch (request.type) {
    case 'cancel':
      return { command: { type: 'cancel', reason: request.reason ?? null }, stepKey: null, payload: null }
    case 'stop_step': {
      const step = target.steps.find(({ key }) => key === request.stepKey)
      if (!step) throw notFound('step')
      if (isFinal(step.status as StepStatus))
        throw new AppError('step.ended', `The step ${step.key} has ended.`)
      return { command: { type: 'stop_step', stepKey: step.key }, stepKey: step.key, payload: null }
    }
    case 'message': {
      requireTurn(target)
      const key = `message[${target.steps.filter((step) => step.conversation && step.replaces === null).length}]`
      if (request.input.message.trim() === '' && target.steps.some((step) => step.status === 'succeeded')) {
        throw invalidInput([{ path: ['message'], message: 'Write a message.' }])
      }
      const step = stepPlanOf({
        kind: 'model',
        key,
        after: [],
        conversation: true,
        retry: defaultRetry,
        input: request.input,
      })
      return {
        command: { type: 'message', step },
        stepKey: key,
        payload: { ref: step.inputRef, body: request.input },
      }
    }
    case 'regenerate':
      return regenerate(target, request)
    case 'close':
      requireTurn(target)
      return { command: { type: 'close' }, stepKey: null, payload: null }
  }
}

/**
 * A new step beside the message: `message[2]/again[1]`, with the same input, whose answer counts from then on. Its
 * model is the one asked for, else that of the answer before.
 */
function regenerate(
  target: CommandTarget,
  { stepKey, model }: Extract<CommandRequest, { type: 'regenerate' }>,
): PreparedCommand {
  requireTurn(target)
  const asked = target.steps.find(({ key }) => key === stepKey)
  if (!asked?.conversation) throw notFound('step')
  const original = asked.replaces ?? asked.key
  const count = target.steps.filter(({ replaces }) => replaces === original).length
  const key = `${original}/again[${count + 1}]`
  return {
    command: { type: 'regenerate', step: againPlan(key, original, model ?? asked.model) },
    stepKey: key,
    payload: null,
  }
}

function againPlan(key: string, original: string, model: string | null): StepPlan {
  return {
    key,
    kind: 'model',
    name: null,
    after: [],
    retry: defaultRetry,
    timeoutMs: null,
    conversation: true,
    replaces: original,
    model,
    inputRef: inputRef(original),
  }
}

function requireTurn(target: CommandTarget): void {
  if (!target.conversation) {
    throw new AppError(
      'execution.not_conversation',
      'This execution is no conversation. Start a new run instead.',
    )
  }
  if (target.status !== 'waiting' || target.commandsWaiting) {
    throw new AppError('execution.busy', 'The last message is still being answered. Wait for it, or stop it.')
  }
}
