import { invalidInput } from '@quillworks/service-kit/errors'
import { requireScope } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import { checkModel } from '../prompt/prompt.ts'
import { checkedValues, refuseUnusable } from '../prompt/prompt-values.ts'
import { renderContext } from '../prompt/render-context.ts'
import { renderPrompt } from '../template/render.ts'
import { store } from '../use-case.ts'
import { markStarted } from './conversation.repository.ts'
import { findOrDerive } from './derived-conversation.ts'
import { commandExecution } from './engine.ts'
import { modelInput, runAsOf } from './first-request.ts'
import { checkedKey } from './idempotency.ts'
import type { RunCase } from './run-prompt.usecases.ts'

export interface MessageInput {
  executionId: string
  message: string
  model?: string | null | undefined
  values?: unknown
  idempotencyKey?: string | null | undefined
}

/** Adds a message to a conversation, rendered with the values given with it and never with earlier ones. */
export async function sendMessage(runCase: RunCase, input: MessageInput): Promise<{ id: string }> {
  const { identity } = runCase
  requireScope(identity, 'prompts:read')
  const { organizationId, userId } = identity
  const key = { organizationId, executionId: input.executionId }
  const values = checkedValues(input.values)
  const found = await findOrDerive(runCase, input.executionId, (tx, { projectId, ...template }) =>
    renderContext(tx, { reader: { organizationId, userId, projectId }, template: { ...template, values } }),
  )
  const { conversation } = found
  const issues = checkModel(input.model)
  if (input.message.trim() === '') issues.push({ path: ['message'], message: 'A message is needed.' })
  if (issues.length > 0) throw invalidInput(issues)
  const rendering = renderPrompt({ ...conversation, ...found.read, values, message: input.message })
  refuseUnusable(rendering)
  const model = input.model ?? conversation.model
  const id = await commandExecution(runCase.engine, {
    executionId: input.executionId,
    runAs: runAsOf(identity, conversation.projectId),
    role: identity.role,
    // Asked again until answered, a message without a key of its own would count twice.
    idempotencyKey: checkedKey(input.idempotencyKey) ?? newId(),
    command: {
      type: 'message',
      input: modelInput({ source: conversation, rendering, model, message: input.message }),
    },
  })
  if (conversation.startedAt === null)
    await store(runCase, (tx) => markStarted(tx, { ...key, now: new Date() }))
  return { id }
}

/** Has the engine answer a message again, with the input it was stored with and, where given, another model. */
export async function regenerateMessage(
  runCase: RunCase,
  input: {
    executionId: string
    stepKey: string
    model?: string | null | undefined
    idempotencyKey?: string | null | undefined
  },
): Promise<{ id: string }> {
  if (!/^[\w.[\]/-]{1,200}$/.test(input.stepKey)) {
    throw invalidInput([{ path: ['stepKey'], message: 'A step is named like message[0].' }])
  }
  const issues = checkModel(input.model)
  if (issues.length > 0) throw invalidInput(issues)
  const { identity } = runCase
  const id = await commandExecution(runCase.engine, {
    executionId: input.executionId,
    runAs: runAsOf(identity, identity.projectId),
    role: identity.role,
    idempotencyKey: checkedKey(input.idempotencyKey) ?? newId(),
    command: { type: 'regenerate', stepKey: input.stepKey, model: input.model ?? undefined },
  })
  return { id }
}
