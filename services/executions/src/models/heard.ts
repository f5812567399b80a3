import type { FinishReason, ModelUsage } from './call-model.ts'

/** Usage with the part of the input that was written to the provider's cache, which has a price of its own. */
export interface CountedUsage extends ModelUsage {
  cacheWriteTokens: number
}

/** What a call has told so far. A wire writes it, `callModel` judges it. */
export interface Heard {
  addText: (piece: string) => void
  text: string
  usage: CountedUsage | null
  /** The terminal marker: null until the provider said that the answer is whole. */
  finish: FinishReason | null
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** Usage from a provider's numbers, or null where they are missing or cannot be. */
export function countUsage(numbers: {
  inputTokens: unknown
  outputTokens: unknown
  cachedTokens?: unknown
  cacheWriteTokens?: unknown
}): CountedUsage | null {
  const { inputTokens, outputTokens } = numbers
  if (!isCount(inputTokens) || !isCount(outputTokens)) return null
  const cachedTokens = isCount(numbers.cachedTokens) ? Math.min(numbers.cachedTokens, inputTokens) : 0
  const written = isCount(numbers.cacheWriteTokens) ? numbers.cacheWriteTokens : 0
  return {
    inputTokens,
    outputTokens,
    cachedTokens,
    cacheWriteTokens: Math.min(written, inputTokens - cachedTokens),
  }
}
