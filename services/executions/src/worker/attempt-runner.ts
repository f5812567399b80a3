import { maxOutputBytes } from '../contract/calls.ts'
import type { RunAs } from '../contract/commands.ts'
import type { EngineInput } from '../engine/inputs.ts'
import { isPure, outputRef, unreportedUsage, type ExecutionState, type StepState } from '../engine/state.ts'
import type { Logger } from '@quillworks/service-kit/logger'
import type { EngineStorage, PayloadWrite } from '../engine/storage.ts'
import type { TextStream, TextStreams } from '../live/text-streams.ts'
import { isRefusal } from '../storage/refusal.ts'
import { untilAbort } from './until-abort.ts'
import {
  OwnOutage,
  StepError,
  type StepAccepted,
  type StepContext,
  type StepHandler,
  type StepResult,
} from './handlers/handler.ts'

export type Handlers = Record<string, StepHandler>

export interface AttemptReport {
  input: EngineInput
  payloads: PayloadWrite[]
}

export interface AttemptOptions {
  state: ExecutionState
  step: StepState
  attempt: number
  fence: number
  runAs: RunAs
  handlers: Handlers
  storage: Pick<EngineStorage, 'readPayloads' | 'storePartial'>
  streams: TextStreams
  partialMs: number
  random: () => number
  logger: Logger
  /** False while somebody else may own the execution: what is read then leads to no effect. */
  mayStartEffects: () => boolean
  /** Called with each report, the last one before the returned promise settles. */
  report: (report: AttemptReport) => void
}

export interface RunningAttempt {
  /** The text so far. */
  text: () => string
  /** True while it merely waits for infrastructure of ours. */
  waits: () => boolean
  /** Ends the effect; its spend is still reported when it becomes known. */
  abort: () => void
  /** Tells listeners whether more of this step's text will come, once that is committed. */
  settleStream: (outcome: { done: boolean }) => void
  finished: Promise<void>
}

/** Carries out one attempt, streams its text, keeps its partial text, and reports how it ended. */
export function runAttempt(options: AttemptOptions): RunningAttempt {
  const { state, step, attempt, storage, report } = options
  const controller = new AbortController()
  const startedAt = performance.now()
  const ref = outputRef(step.key, attempt)
  const at = { organizationId: state.organizationId, executionId: state.id, stepKey: step.key, attempt }
  const stream = step.kind === 'model' ? options.streams.open(at) : null
  const keeping = stream && keepText(options, stream, ref)
  let waits = false

  const work = async () => {
    const handler = options.handlers[step.kind]
    if (!handler)
      throw new StepError('step.unknown_kind', `Nothing here does ${step.kind}.`, { retryable: false })
    return untilCarriedOut(options, handler, {
      state,
      step,
      attempt,
      fence: options.fence,
      runAs: options.runAs,
      read: async (refs) => {
        const content = await readOrWait(() => storage.readPayloads(state.id, refs))
        if (!isPure(step.kind) && !options.mayStartEffects())
          throw new OwnOutage(new Error('The lease has not been renewed of late.'))
        return content
      },
      signal: controller.signal,
      onWaiting: (now) => {
        waits = now
      },
      onText: (text) => stream?.push(text),
      onFirstToken: () => {
        const timeToFirstTokenMs = Math.round(performance.now() - startedAt)
        report({
          input: { type: 'first_token', stepKey: step.key, attempt, timeToFirstTokenMs },
          payloads: [],
        })
      },
    })
  }
  const finished = work()
    .then(checkSize)
    .then(
      (result): AttemptReport => {
        const of = { stepKey: step.key, attempt }
        if ('acceptedUntil' in result)
          return { input: { type: 'attempt_accepted', ...of, until: result.acceptedUntil }, payloads: [] }
        const { usage, finishReason } = result
        return {
          input: { type: 'attempt_succeeded', ...of, usage, finishReason },
          payloads: [{ ref, body: result.output }],
        }
      },
      (error: unknown): AttemptReport => {
        if (error instanceof OwnOutage)
          return { input: { type: 'attempt_put_off', stepKey: step.key, attempt }, payloads: [] }
        if (!controller.signal.aborted && !(error instanceof StepError)) {
          options.logger.error(
            { err: error, execution: state.id, step: step.key },
            'An attempt failed inside',
          )
        }
        const partial = stream?.text ?? ''
        return {
          input: {
            type: 'attempt_failed',
            stepKey: step.key,
            attempt,
            random: options.random(),
            ...failureOf(error, step),
          },
          payloads: partial === '' ? [] : [{ ref, body: partial }],
        }
      },
    )
    .then(async (last) => {
      await keeping?.stop()
      report(last)
    })
  return {
    text: () => stream?.text ?? '',
    waits: () => waits,
    abort: () => controller.abort(),
    settleStream: (outcome) => stream?.end(outcome),
    finished,
  }
}

const longestPauseMs = 5_000

/**
 * Calls the handler again while infrastructure of ours is away, with nothing recorded in between, so that only the
 * deadline ends it. A pure step waits with its owner instead, which has other things to do.
 */
async function untilCarriedOut(
  { logger }: AttemptOptions,
  handler: StepHandler,
  context: StepContext,
): Promise<StepResult | StepAccepted> {
  const { state, step, signal, onWaiting } = context
  for (let pauseMs = 100; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
    try {
      return await handler(context)
    } catch (error) {
      if (!(error instanceof OwnOutage)) throw error
      logger.warn({ err: error.cause, execution: state.id, step: step.key }, 'A step waits for our own')
      if (isPure(step.kind) || signal.aborted) throw error
      onWaiting(true)
      await untilAbort(signal, pauseMs)
      if (signal.aborted) throw error
    }
  }
}

/** Whatever is not the database's last word goes by: a failing connection, a full server, a slow disk. */
async function readOrWait<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw isRefusal(error) ? error : new OwnOutage(error)
  }
}

/** Text is stored again after a `partialMs` for each of these characters it has: what is written stays linear. */
const lengthPerStore = 16 * 1024

/**
 * Stores the text so far now and then, and tells when it grew: that is progress. Times are rounded to a quarter of
 * `partialMs`, so that the texts of many streams are stored together.
 */
function keepText(options: AttemptOptions, stream: TextStream, ref: string): { stop: () => Promise<void> } {
  const { state, step, attempt, storage, fence, partialMs, report } = options
  const progressMs = Math.min(60_000, Math.ceil(state.deadlineMs / 3))
  let stored = 0
  let told = 0
  let flushing: Promise<void> = Promise.resolve()
  const roundMs = partialMs / 4
  const untilNext = () => {
    const pauseMs = partialMs * Math.max(1, stored / lengthPerStore)
    return Math.ceil((performance.now() + pauseMs) / roundMs) * roundMs - performance.now()
  }
  const store = () => {
    const { text } = stream
    if (text.length > stored) {
      stored = text.length
      flushing = flushing.then(() =>
        storage.storePartial({ executionId: state.id, fence, ref, text }).catch(() => undefined),
      )
    }
    flush = setTimeout(store, untilNext())
  }
  let flush = setTimeout(store, untilNext())
  const progress = setInterval(() => {
    const { length } = stream.text
    if (length > told) report({ input: { type: 'progress', stepKey: step.key, attempt }, payloads: [] })
    told = length
  }, progressMs)
  return {
    stop: () => {
      clearTimeout(flush)
      clearInterval(progress)
      return flushing
    },
  }
}

function checkSize(result: StepResult | StepAccepted): StepResult | StepAccepted {
  if ('acceptedUntil' in result) return result
  const size = Buffer.byteLength(JSON.stringify(result.output) ?? 'null')
  if (size <= maxOutputBytes) return result
  const message = `The output has ${size} bytes; at most ${maxOutputBytes} are kept.`
  throw new StepError('step.output_too_large', message, { retryable: false, usage: result.usage })
}

/** Mistakes of our own are tried again; what they spent nobody knows. */
function failureOf(error: unknown, step: StepState) {
  if (error instanceof StepError) {
    const { code, message, retryable, retryAfterMs, usage } = error
    return { error: { code, message: message.slice(0, 1_000) }, retryable, retryAfterMs, usage }
  }
  const message = 'The step could not be carried out.'
  return {
    error: { code: 'step.internal', message },
    retryable: true,
    usage: unreportedUsage(step.kind),
  }
}
