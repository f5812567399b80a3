import { AppError, notFound } from '@quillworks/service-kit/errors'
import type { z } from 'zod'
import { maxOutputBytes, type completeSchema, type CompleteReply } from '../contract/calls.ts'
import { isFinal } from '../contract/status.ts'
import { completionRef, outputRef, type ExecutionState } from '../engine/state.ts'
import type { EngineStorage } from '../engine/storage.ts'
import { isRefusal } from '../storage/refusal.ts'
import { readCompletionToken, type AttemptName } from '../worker/completion-token.ts'
import type { Worker } from '../worker/worker.ts'
import { hashOf } from './start.ts'

export interface CompleteTools {
  storage: EngineStorage
  worker: Worker
  secret: string
}

/**
 * Ends the attempt that the token names, whoever owns its execution, and answers after the commit. The same result
 * again is answered the same for ever; another one, or one for an attempt that ended otherwise, is refused.
 */
export async function completeAttempt(
  tools: CompleteTools,
  request: z.output<typeof completeSchema>,
): Promise<CompleteReply> {
  const name = readCompletionToken(tools.secret, request.token)
  try {
    return await complete(tools, request, name)
  } catch (error) {
    // Nested so deeply that not even its size can be told.
    throw isRefusal(error) || error instanceof RangeError ? unstorable(error) : error
  }
}

async function complete(
  { storage, worker }: CompleteTools,
  { token: _, ...result }: z.output<typeof completeSchema>,
  name: AttemptName,
): Promise<CompleteReply> {
  const { executionId, stepKey, attempt } = name
  const output = result.result === 'done' ? (result.output ?? null) : null
  requireSmall(output)
  const hash = hashOf({ ...result, output })
  const ref = completionRef(stepKey, attempt)
  const failure =
    result.result === 'failed'
      ? { error: { code: result.code, message: result.message }, retryable: result.retryable }
      : null
  const state = await storage.applyLocked(
    executionId,
    { type: 'attempt_completed', stepKey, attempt, failure, random: Math.random() },
    [{ ref, body: hash }, ...(failure ? [] : [{ ref: outputRef(stepKey, attempt), body: output }])],
  )
  if (!state) throw notFound('execution')
  worker.announce(executionId)
  if ((await storage.readPayloads(executionId, [ref])).get(ref) === hash) return { ok: true, until: null }
  throw refusal(state, name)
}

/** Why nothing can be said of this attempt any more. */
export function refusal(state: ExecutionState, { stepKey, attempt }: AttemptName): AppError {
  const step = state.steps.get(stepKey)
  if (step && isFinal(step.status) && step.attempt === attempt)
    return new AppError('step.ended', `The step ended before: it is ${step.status}.`)
  if (isFinal(state.status))
    return new AppError('execution.ended', `The execution has ended: it is ${state.status}.`)
  return new AppError('step.attempt_ended', 'This attempt is over; another one may have been asked for.')
}

/** The same result would be refused for ever; the attempt goes on, and may be ended by another one. */
function unstorable(cause: unknown): AppError {
  const message =
    'This result cannot be stored: nested too deeply, or with something in it that no database keeps.'
  return new AppError('step.output_invalid', message, { cause })
}

function requireSmall(output: unknown): void {
  const size = Buffer.byteLength(JSON.stringify(output))
  if (size <= maxOutputBytes) return
  const message = `The output has ${size} bytes; at most ${maxOutputBytes} are kept.`
  throw new AppError('step.output_too_large', message)
}
