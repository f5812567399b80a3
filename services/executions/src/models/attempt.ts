import { watchCall, type CallWatch, type WatchLimits } from './call-watch.ts'
import type { ModelCall, ModelResult } from './call-model.ts'
import { classify, sayKept, truncated } from './classify.ts'
import type { Fetch } from './guarded-fetch.ts'
import type { Heard } from './heard.ts'
import { ModelError } from './model.errors.ts'
import { ownCost, type OwnPrice } from './own-prices.ts'
import { costOf } from './prices.ts'
import type { Provider } from './providers.ts'
import { sayWait } from './retry-after.ts'

export interface AttemptDependencies {
  limits: WatchLimits
  /** Longest wait for the usage after the answer is whole. */
  tailMs: number
  fetch: Fetch
  now: () => number
}

/** No attempt costs a million dollars: such usage is a server's mistake, and its cost more than a column holds. */
const highestNanoUsd = 1_000_000n * 1_000_000_000n

/** Collects what a wire hears and passes the text on, until the call is over. */
function listen(call: ModelCall, watch: CallWatch, tailMs: number, alive: () => void): Heard {
  let finish: Heard['finish'] = null
  const pieces: string[] = []
  return {
    addText(piece) {
      if (piece === '' || watch.reason() !== undefined) return
      if (pieces.length === 0) {
        alive()
        call.onFirstToken()
      }
      pieces.push(piece)
      call.onText(piece)
    },
    get text() {
      return pieces.join('')
    },
    usage: null,
    get finish() {
      return finish
    },
    set finish(value) {
      finish = value
      watch.shortenIdle(tailMs)
    },
  }
}

/** What our own watch ended, said for people; undefined where it ended nothing that matters. */
function endedByUs(
  watch: CallWatch,
  heard: Heard,
  limits: WatchLimits,
  provider: string,
): ModelError | undefined {
  const kept = sayKept(heard.text)
  const advice = 'Try again or choose another model.'
  switch (watch.reason()) {
    case 'canceled':
      return new ModelError('model.canceled', `The answer was stopped.${kept}`, { retryable: false })
    case 'too_large':
      return new ModelError(
        'model.too_large',
        `${provider} sent more than an answer may hold.${kept} ${advice}`,
        {
          retryable: false,
        },
      )
    case 'timeout':
      if (heard.finish !== null) return undefined
      return new ModelError(
        'model.timeout',
        `The model took longer than ${sayWait(limits.totalMs)}.${kept} ${advice}`,
        {
          retryable: false,
        },
      )
    case 'stalled':
      if (heard.finish !== null) return undefined
      return new ModelError(
        'model.stalled',
        `The model stopped answering after ${sayWait(limits.idleMs)}.${kept} ${advice}`,
        { retryable: true },
      )
    case 'no_answer':
      return new ModelError(
        'model.stalled',
        `${provider} did not begin to answer within ${sayWait(limits.firstMs)}. ${advice}`,
        {
          retryable: true,
        },
      )
    case undefined:
      return undefined
  }
}

/**
 * One call to a provider, judged by what was seen: our own limits first, then the terminal marker, then what the
 * SDK threw, and a stream that merely ended is truncated. `alive` is told at the first token.
 */
export async function attemptCall(
  call: ModelCall,
  target: { provider: Provider; apiKey: string; model: string; ownPrice: OwnPrice | undefined },
  { limits, tailMs, fetch, now }: AttemptDependencies,
  alive: () => void,
): Promise<ModelResult> {
  const { provider, apiKey, model, ownPrice } = target
  const { settings, system, messages } = call.request
  const watch = watchCall(limits, call.signal)
  const heard = listen(call, watch, tailMs, alive)
  const spent = () => {
    const cost =
      ownPrice === undefined
        ? costOf(provider.priced, model, heard.usage, new Date(now()))
        : ownCost(ownPrice, heard.usage)
    return cost !== null && cost > highestNanoUsd ? null : cost
  }
  const usage = () => {
    if (heard.usage === null) return null
    const { inputTokens, outputTokens, cachedTokens } = heard.usage
    return { inputTokens, outputTokens, cachedTokens }
  }

  let thrown: unknown
  try {
    const wireCall = provider.wire({
      apiKey,
      baseUrl: provider.baseUrl,
      fetch: watch.watchFetch(fetch),
      model,
      settings,
      system,
      messages,
      signal: watch.signal,
      heard,
      onBytes: watch.heardBytes,
      timeoutMs: limits.totalMs,
    })
    // An SDK that never settles after an abort must not hold the call.
    wireCall.catch(() => undefined)
    await Promise.race([wireCall, watch.ended])
  } catch (error) {
    thrown = error ?? new Error('the model call failed')
  } finally {
    watch.stop()
  }

  const ended = endedByUs(watch, heard, limits, provider.name)
  if (ended === undefined && heard.finish !== null) {
    return { text: heard.text, usage: usage(), costNanoUsd: spent(), finishReason: heard.finish }
  }
  const context = {
    provider: provider.name,
    model,
    host: new URL(provider.baseUrl).host,
    apiKey,
    answered: watch.answered(),
    heardText: heard.text,
    now: now(),
  }
  const failure = ended ?? (thrown === undefined ? truncated(context) : classify(thrown, context))
  failure.partialText = heard.text
  failure.usage = usage()
  failure.costNanoUsd = spent()
  throw failure
}
