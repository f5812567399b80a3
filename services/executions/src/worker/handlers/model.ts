import { modelInputSchema } from '../../contract/plan.ts'
import { conversationRequest, type Turn } from '../../engine/conversation.ts'
import type { ExecutionState, StepState } from '../../engine/state.ts'
import type { AttemptUsage } from '../../engine/usage.ts'
import type { CallModel, ModelUsage } from '../../models/call-model.ts'
import { ModelError } from '../../models/model.errors.ts'
import { untilAbort } from '../until-abort.ts'
import { StepError, type StepContext, type StepHandler } from './handler.ts'

/** Refused before any work was done: nothing was spent. */
const unspent = new Set([
  'model.circuit_open',
  'model.host_refused',
  'model.invalid_request',
  'model.no_key',
  'model.not_found',
  'model.queue_full',
  'model.quota_exceeded',
  'model.rate_limited',
  'model.refused_key',
])

/** Calls a language model, with the conversation so far where the step is a turn of one. */
export function modelHandler(callModel: CallModel): StepHandler {
  return async (context) => {
    const { step, signal, onText, onFirstToken } = context
    const { input, earlier } = await readTurns(context)
    context.onWaiting(false)
    const { system, messages } = conversationRequest(earlier, input)
    const { settings } = input
    // An answer made again shares the input of the first one, and may be of another model.
    const model = step.model ?? input.model
    try {
      const call = {
        organizationId: context.state.organizationId,
        request: { model, settings, system, messages },
        signal,
        onText,
        onFirstToken,
      }
      const result = await whenClosed(callModel, call, () => context.read([]))
      const usage = usageOf(result.usage, result.costNanoUsd)
      return { output: result.text, usage, finishReason: result.finishReason }
    } catch (error) {
      if (!(error instanceof ModelError)) throw error
      const { code, message, retryable, retryAfterMs } = error
      const nothing = error.usage === null && error.partialText === '' && unspent.has(code)
      const usage = nothing ? 'none' : usageOf(error.usage, error.costNanoUsd)
      throw new StepError(code, message, { retryable, retryAfterMs, usage, cause: error })
    }
  }
}

const longestPauseMs = 5_000
const shortestPauseMs = 100

/** A provider that is left alone has not been called: the attempt waits for it, within the step's and run's limits. */
export async function whenClosed(
  callModel: CallModel,
  call: Parameters<CallModel>[0],
  /** Throws where there may be no call any more. */
  mayCall: () => Promise<unknown> = async () => undefined,
): ReturnType<CallModel> {
  for (;;) {
    try {
      return await callModel(call)
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'model.circuit_open' || call.signal.aborted)
        throw error
      const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, error.retryAfterMs ?? 0))
      await untilAbort(call.signal, pauseMs)
      await mayCall()
    }
  }
}

function usageOf(usage: ModelUsage | null, cost: bigint | null): AttemptUsage {
  return usage === null ? 'unknown' : { ...usage, costNanoUsd: cost === null ? null : cost.toString() }
}

/** Reads this step's input and, for a turn of a conversation, the turns before it with their latest answers. */
async function readTurns({ state, step, read }: StepContext) {
  const before = step.conversation ? turnsBefore(state, step) : []
  const refs = before.flatMap(({ first, answered }) => [
    first.inputRef,
    ...(answered?.outputRef ? [answered.outputRef] : []),
  ])
  const content = await read([step.inputRef, ...refs])
  const input = modelInputSchema.parse(content.get(step.inputRef))
  const earlier = before.map(({ first, answered }): Turn => {
    const { system, body, message } = modelInputSchema.parse(content.get(first.inputRef))
    const answer = answered?.outputRef ? content.get(answered.outputRef) : null
    return { system, body, message, answer: typeof answer === 'string' ? answer : null }
  })
  return { input, earlier }
}

interface EarlierTurn {
  first: StepState
  /** The latest try that succeeded: a regenerated answer takes the place of the first. */
  answered: StepState | undefined
}

/** The messages before the one that `step` answers, in order. */
function turnsBefore(state: ExecutionState, step: StepState): EarlierTurn[] {
  const messages = [...state.steps.values()].filter((other) => other.conversation)
  const current = messages.find((other) => other.key === (step.replaces ?? step.key)) ?? step
  return messages
    .filter((other) => other.replaces === null && other.ordinal < current.ordinal)
    .map((first) => ({
      first,
      answered: messages
        .filter((other) => (other.replaces ?? other.key) === first.key && other.status === 'succeeded')
        .at(-1),
    }))
}
