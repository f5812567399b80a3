import type { FinishReason, ListedModel, ModelCall, ModelResult } from './call-model.ts'
import { compose } from './demo/compose.ts'
import { cutToTokens, estimateTokens } from './demo/tokens.ts'
import { sayKept } from './classify.ts'
import { ModelError } from './model.errors.ts'
import { usualPrices } from './own-prices.ts'

const common: Omit<ListedModel, 'id' | 'name'> = {
  provider: 'demo',
  contextTokens: 32_000,
  maxOutputTokens: 8_000,
  ...usualPrices({ inputNanoUsdPerToken: 0, outputNanoUsdPerToken: 0, cachedNanoUsdPerToken: 0 }),
  abilities: { images: false, tools: false, structuredOutput: true },
  demo: true,
  available: true,
}

/** The models that work offline and without a key. */
export const demoModels: ListedModel[] = [
  { ...common, id: 'demo/writer', name: 'Demo writer' },
  { ...common, id: 'demo/quick', name: 'Demo quick' },
]

/** Resolves after the pause, or at once when the signal fires; the caller looks at the signal. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds === 0) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end, { once: true })
  })
}

/** A reader's rhythm: a little longer after a comma, longer after a sentence. */
function pauseAfter(piece: string, delayMs: number): number {
  if (/[.!?:]\s*$/.test(piece)) return delayMs * 4
  return /[,;]\s*$|\n/.test(piece) ? delayMs * 2 : delayMs
}

/**
 * Answers as the demo model: offline, the same for the same request, word by word. `writer` takes its time and the
 * room it needs; `quick` answers in brief, without pauses.
 */
export async function callDemo(
  model: string,
  call: ModelCall,
  { delayMs }: { delayMs: number },
): Promise<ModelResult> {
  if (model !== 'writer' && model !== 'quick') {
    const message = `There is no demo model named ${model}. Choose demo/writer or demo/quick.`
    throw new ModelError('model.not_found', message, { retryable: false })
  }
  const { system, messages, settings } = call.request
  const written = compose({ system, messages, brief: model === 'quick' })
  const limited = cutToTokens(written, settings.maxOutputTokens ?? common.maxOutputTokens ?? Infinity)
  const inputTokens =
    estimateTokens(system) + messages.reduce((sum, each) => sum + estimateTokens(each.content), 0)
  const usageOf = (text: string) => ({ inputTokens, outputTokens: estimateTokens(text), cachedTokens: 0 })

  let text = ''
  const wordMs = model === 'quick' ? 0 : delayMs
  await pause(wordMs * 12, call.signal)
  for (const piece of limited.match(/\s*\S+\s*/g) ?? []) {
    if (call.signal.aborted) {
      const message = `The answer was stopped.${sayKept(text)}`
      const error = new ModelError('model.canceled', message, { retryable: false })
      throw Object.assign(error, { partialText: text, usage: usageOf(text), costNanoUsd: 0n })
    }
    if (text === '') call.onFirstToken()
    text += piece
    call.onText(piece)
    await pause(pauseAfter(piece, wordMs), call.signal)
  }
  const finishReason: FinishReason = limited.length < written.length ? 'length' : 'stop'
  return { text, usage: usageOf(text), costNanoUsd: 0n, finishReason }
}
