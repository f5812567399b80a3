import { modelInputSchema } from '../../contract/plan.ts'
import { conversationRequest, messageOf, triesToBelieve, type Turn } from '../../engine/conversation.ts'
import { outputRef, type ExecutionState, type StepState } from '../../engine/state.ts'
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
    const { input, earlier, isSilent } = await readTurns(context)
    context.onWaiting(false)
    if (isSilent) return { output: null, usage: 'none', finishReason: null }
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

/** Reads this step's input and, for a turn of a conversation, the turns before it as the reader sees them. */
async function readTurns({ state, step, read }: StepContext) {
  const before = step.conversation ? turnsBefore(state, step) : []
  const refs = before.flatMap(({ message, said }) => [message.inputRef, ...said])
  const content = await read([step.inputRef, ...refs])
  const given = modelInputSchema.parse(content.get(step.inputRef))
  const from = given.messageFrom === undefined ? undefined : state.steps.get(given.messageFrom)?.outputRef
  const told = from ? (await read([from])).get(from) : null
  const message = typeof told === 'string' ? told.trim() : ''
  const input = given.messageFrom === undefined ? given : { ...given, message }
  const earlier = before.map(({ message: { inputRef }, said }): Turn => {
    const { system, body, message } = modelInputSchema.parse(content.get(inputRef))
    const texts = said.map((ref) => content.get(ref))
    const answer = texts.find((text) => typeof text === 'string' && text.trim() !== '')
    return { system, body, message, answer: typeof answer === 'string' ? answer : null }
  })
  return { input, earlier, isSilent: given.messageFrom !== undefined && message === '' }
}

interface EarlierTurn {
  message: StepState
  /** Where its answer may be, in the order in which it is believed. */
  said: string[]
}

/** The messages before the one that `step` answers, in order. */
function turnsBefore(state: ExecutionState, step: StepState): EarlierTurn[] {
  const current = messageOf(state, step)
  return [...state.steps.values()]
    .filter((other) => other.conversation && other.replaces === null && other.ordinal < current.ordinal)
    .map((message) => ({
      message,
      said: triesToBelieve(state, message).map((each) => each.outputRef ?? outputRef(each.key, each.attempt)),
    }))
}
