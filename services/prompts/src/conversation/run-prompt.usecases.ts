import type { Database, Transaction } from '@quillworks/database/connect'
import { AppError, invalidInput } from '@quillworks/service-kit/errors'
import { requireScope } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import { labelNotFound } from '../label/label.errors.ts'
import { versionOfLabel } from '../label/label.repository.ts'
import { askedLabel } from '../label/label.usecases.ts'
import { checkModel } from '../prompt/prompt.ts'
import { promptNotFound, versionNotFound } from '../prompt/prompt.errors.ts'
import { checkedValues, refuseUnusable } from '../prompt/prompt-values.ts'
import { renderContext } from '../prompt/render-context.ts'
import { renderPrompt } from '../template/render.ts'
import { read, store, type UseCase } from '../use-case.ts'
import { conversationName } from './conversation-name.ts'
import { insertConversation, markStarted, removeConversation } from './conversation.repository.ts'
import type { ConversationRow } from './conversation.table.ts'
import { startExecution, type Engine } from './engine.ts'
import { firstRequest, modelInput } from './first-request.ts'
import { checkedKey, requestHash } from './idempotency.ts'
import { findPromptToRun } from './prompt-to-run.repository.ts'

/** What running adds to a use case. */
export interface RunCase extends UseCase {
  engine: Engine
  /** Reads what a derived conversation takes from another one, which may be somebody else's. */
  system: Database
  /** Taken where neither the call nor the prompt names a model. */
  defaultModel: string
  logger: Logger
}

export interface RunInput {
  promptId: string
  version?: number | null | undefined
  /** The version that this label stands for; an unknown one is `prompt.label_not_found`. */
  label?: string | null | undefined
  values?: unknown
  message?: string | null | undefined
  model?: string | null | undefined
  chat: boolean
  track: boolean
  idempotencyKey?: string | null | undefined
}

/**
 * Renders a prompt and has it run; answers the execution's id. Bad values fail before anything is stored. Without an
 * answer of the engine the error is `service.unavailable` and names the id.
 */
export async function runPrompt(runCase: RunCase, input: RunInput): Promise<{ id: string }> {
  requireScope(runCase.identity, 'prompts:read')
  if (!input.chat) {
    const request = await read(runCase, async (tx) => (await rendered(runCase, tx, input)).request)
    return { id: await startExecution(runCase.engine, request) }
  }
  const request = await store(runCase, async (tx) => {
    const { request: toStart, conversation } = await rendered(runCase, tx, input)
    await insertConversation(tx, conversation)
    return toStart
  })
  const { id } = request
  const started = await startExecution(runCase.engine, request).catch(async (error: unknown) => {
    const refused = error instanceof AppError && error.code !== 'service.unavailable'
    if (refused) await settle(runCase, { id, started: undefined })
    throw error
  })
  // Nobody waits for the mark: one that is lost is made by the next message, or by the sweep.
  void settle(runCase, { id, started })
  return { id: started }
}

/** The request of one run, and the row that its later messages are rendered with. */
async function rendered(runCase: RunCase, tx: Transaction, input: RunInput) {
  const { identity } = runCase
  const { organizationId, userId } = identity
  const { prompt, version, label } = await promptToRun(tx, { organizationId, input })
  const message = input.message ?? ''
  const model = input.model ?? version.model ?? runCase.defaultModel
  const modelIssues = checkModel(model)
  if (modelIssues.length > 0) throw invalidInput(modelIssues)
  const values = checkedValues(input.values)
  const reader = { organizationId, userId, projectId: prompt.projectId }
  const context = await renderContext(tx, { reader, template: { ...version, values } })
  const rendering = renderPrompt({ ...version, ...context, values, message })
  refuseUnusable(rendering)
  if (rendering.text.trim() === '') {
    throw new AppError(
      'prompt.nothing_to_send',
      'The prompt has no body and there is no message: write one.',
      {
        issues: [{ path: ['message'], message: 'A message is needed, since the body is empty.' }],
      },
    )
  }
  const id = newId()
  const { settings, system, body, variables } = version
  const source = { promptId: prompt.id, versionId: version.id, version: version.number, settings }
  const request = firstRequest({
    id,
    identity,
    prompt: { ...prompt, version: version.number },
    message: modelInput({ source: { ...source, label }, rendering, model, message }),
    name: conversationName({ title: prompt.title, message, ...rendering }),
    chat: input.chat,
    track: input.track,
    idempotency: idempotencyOf(input),
  })
  const conversation: ConversationRow = {
    ...source,
    organizationId,
    projectId: prompt.projectId,
    ownerId: userId,
    visibility: 'private',
    createdAt: new Date(),
    executionId: id,
    model,
    system,
    body,
    variables,
    startedAt: null,
  }
  return { request, conversation }
}

function idempotencyOf(input: RunInput) {
  const key = checkedKey(input.idempotencyKey)
  if (key === undefined) return undefined
  const { promptId, version, label, values, message, model, chat, track } = input
  const asked = [promptId, version ?? null, values ?? {}, message ?? '', model ?? null, chat, track]
  // Added where it is given alone, so that a key of before there were labels still fits.
  if (label != null) asked.push(label)
  return { operation: 'runPrompt', key, requestHash: requestHash(asked) }
}

async function promptToRun(tx: Transaction, of: { organizationId: string; input: RunInput }) {
  const { organizationId } = of
  const { promptId: id } = of.input
  const label = askedLabel(of.input)
  const labeled =
    label === undefined ? undefined : await versionOfLabel(tx, { organizationId, promptId: id, label })
  const number = labeled ?? of.input.version ?? undefined
  const found = await findPromptToRun(tx, { organizationId, id, number })
  if (!found) throw promptNotFound()
  if (label !== undefined && labeled === undefined) throw labelNotFound(label)
  const { prompt, version } = found
  if (!version) throw versionNotFound(number ?? prompt.versionNumber)
  return { prompt, version, label }
}

/** Keeps the row of what runs and drops the one that does not; a fault here must not fail a run that has begun. */
async function settle(
  runCase: RunCase,
  { id, started }: { id: string; started: string | undefined },
): Promise<void> {
  const { organizationId } = runCase.identity
  try {
    await store(runCase, async (tx) => {
      if (started !== id) await removeConversation(tx, { organizationId, executionId: id })
      if (started !== undefined)
        await markStarted(tx, { organizationId, executionId: started, now: new Date() })
    })
  } catch (error) {
    runCase.logger.warn(
      { err: error, executionId: id },
      'A conversation was not marked; its next message marks it',
    )
  }
}
