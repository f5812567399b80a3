import { calcPrice, findProvider, type ModelInfo, type Provider } from '@pydantic/genai-prices'
import type { CountedUsage } from './heard.ts'

/** Names a provider's entry in the price data; null for a server whose prices nobody knows. */
export function findPricedProvider(hint: { id: string } | { baseUrl: string }): Provider | null {
  return findProvider('id' in hint ? { providerId: hint.id } : { providerApiUrl: hint.baseUrl }) ?? null
}

/**
 * Cost of a call in whole billionths of a dollar, from the prices bundled with the package; null where the model or
 * the usage is unknown, which is never the same as free.
 */
export function costOf(
  provider: Provider | null,
  model: string,
  usage: CountedUsage | null,
  at: Date,
): bigint | null {
  if (provider === null || usage === null) return null
  const tokens = {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    ...(usage.cachedTokens > 0 ? { cache_read_tokens: usage.cachedTokens } : {}),
    ...(usage.cacheWriteTokens > 0 ? { cache_write_tokens: usage.cacheWriteTokens } : {}),
  }
  const price = priceSafely(provider, model, tokens, at)
  return price === null ? null : BigInt(Math.round(price.total_price * 1e9))
}

/** The package throws for usage that a model has no price for; that is an unknown price too. */
function priceSafely(provider: Provider, model: string, tokens: Record<string, number>, at: Date) {
  try {
    return calcPrice(tokens, model, { provider, timestamp: at })
  } catch {
    return null
  }
}

export interface TokenPrices {
  inputNanoUsdPerToken: number | null
  outputNanoUsdPerToken: number | null
  cachedNanoUsdPerToken: number | null
}

/** A price per million tokens in dollars is a thousand times that in nano-dollars per token. */
function perToken(price: unknown): number | null {
  const base = typeof price === 'object' && price !== null && 'base' in price ? price.base : price
  return typeof base === 'number' ? Number((base * 1000).toPrecision(9)) : null
}

/** The prices of a model today, of its first tier where long inputs cost more. */
export function tokenPrices(provider: Provider | null, model: string, at: Date): TokenPrices {
  const price =
    provider === null ? null : priceSafely(provider, model, { input_tokens: 1, output_tokens: 1 }, at)
  return {
    inputNanoUsdPerToken: perToken(price?.model_price['input_mtok']),
    outputNanoUsdPerToken: perToken(price?.model_price['output_mtok']),
    cachedNanoUsdPerToken: perToken(price?.model_price['cache_read_mtok']),
  }
}

/** The models of the price data that are not marked as withdrawn. */
export function pricedModels(provider: Provider | null): ModelInfo[] {
  return (provider?.models ?? []).filter(
    (model) => model.deprecated !== true && model.context_window !== undefined,
  )
}
