import type { Database } from '@quillworks/database/connect'
import { AppError, invalidInput } from '@quillworks/service-kit/errors'
import { requireScope } from '@quillworks/service-kit/identity'
import { newId } from '@quillworks/service-kit/ids'
import type { Logger } from '@quillworks/service-kit/logger'
import { checkModel } from '../prompt/prompt.ts'
import { promptNotFound, versionNotFound } from '../prompt/prompt.errors.ts'
import { findPrompt } from '../prompt/prompt.repository.ts'
import { checkedValues, refuseUnusable } from '../prompt/prompt-values.ts'
import { findVersion } from '../prompt/prompt-version.repository.ts'
import { renderPrompt } from '../template/render.ts'
import { read, type UseCase } from '../use-case.ts'
import { conversationName } from './conversation-name.ts'
import { insertConversation, markStarted, removeConversation } from './conversation.repository.ts'
import { startExecution, type Engine } from './engine.ts'
import { firstRequest, modelInput } from './first-request.ts'
import { checkedKey, requestHash } from './idempotency.ts'

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
  const { identity } = runCase
  requireScope(identity, 'prompts:read')
  const { prompt, version } = await promptToRun(runCase, input)
  const message = input.message ?? ''
  const model = input.model ?? version.model ?? runCase.defaultModel
  const modelIssues = checkModel(model)
  if (modelIssues.length > 0) throw invalidInput(modelIssues)
  const values = checkedValues(input.values)
  const rendering = renderPrompt({ ...version, values, message })
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
  const source = {
    promptId: prompt.id,
    versionId: version.id,
    version: version.number,
    settings: version.settings,
  }
  const request = firstRequest({
    id,
    identity,
    prompt: { ...prompt, version: version.number },
    message: modelInput({ source, rendering, model, message }),
    name: conversationName({ title: prompt.title, message, ...rendering }),
    chat: input.chat,
    track: input.track,
    idempotency: idempotencyOf(input),
  })
  if (!input.chat) return { id: await startExecution(runCase.engine, request) }

  const { organizationId, userId } = identity
  await read(runCase, (tx) =>
    insertConversation(tx, {
      ...source,
      organizationId,
      projectId: prompt.projectId,
      ownerId: userId,
      visibility: 'private',
      createdAt: new Date(),
      executionId: id,
      model,
      system: version.system,
      body: version.body,
      variables: version.variables,
      startedAt: null,
    }),
  )
  const started = await startExecution(runCase.engine, request).catch(async (error: unknown) => {
    const refused = error instanceof AppError && error.code !== 'service.unavailable'
    if (refused) await settle(runCase, { id, started: undefined })
    throw error
  })
  await settle(runCase, { id, started })
  return { id: started }
}

function idempotencyOf(input: RunInput) {
  const key = checkedKey(input.idempotencyKey)
  if (key === undefined) return undefined
  const { promptId, version, values, message, model, chat, track } = input
  const asked = [promptId, version ?? null, values ?? {}, message ?? '', model ?? null, chat, track]
  return { operation: 'runPrompt', key, requestHash: requestHash(asked) }
}

function promptToRun(runCase: RunCase, input: RunInput) {
  const { organizationId } = runCase.identity
  return read(runCase, async (tx) => {
    const prompt = await findPrompt(tx, { organizationId, id: input.promptId })
    if (!prompt) throw promptNotFound()
    const number = input.version ?? prompt.versionNumber
    const version = await findVersion(tx, { organizationId, promptId: prompt.id, number })
    if (!version) throw versionNotFound(number)
    return { prompt, version }
  })
}

/** Keeps the row of what runs and drops the one that does not; a fault here must not fail a run that has begun. */
async function settle(
  runCase: RunCase,
  { id, started }: { id: string; started: string | undefined },
): Promise<void> {
  const { organizationId } = runCase.identity
  try {
    await read(runCase, async (tx) => {
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
