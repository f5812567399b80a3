import type { ListedModel } from './call-model.ts'
import type { CountedUsage } from './heard.ts'
import type { TokenPrices } from './prices.ts'

/** An organization's price of a model, in millionths of a millionth of a dollar per token: dollars per million tokens × 10⁶. */
export interface OwnPrice {
  /** `provider/name`, word for word as it is asked. */
  model: string
  inputPicoUsd: bigint
  outputPicoUsd: bigint
  /** Null where what was read from the provider's cache costs what other input does. */
  cachedPicoUsd: bigint | null
}

/** The prices that an organization has set, as they are now. */
export type OwnPricesOf = (organizationId: string) => Promise<readonly OwnPrice[]>

/** Cost of a call in whole billionths of a dollar, rounded once and half up; null where the usage is unknown. */
export function ownCost(price: OwnPrice, usage: CountedUsage | null): bigint | null {
  if (usage === null) return null
  const { inputPicoUsd, outputPicoUsd, cachedPicoUsd } = price
  const cached = BigInt(usage.cachedTokens)
  const pico =
    (BigInt(usage.inputTokens) - cached) * inputPicoUsd +
    cached * (cachedPicoUsd ?? inputPicoUsd) +
    BigInt(usage.outputTokens) * outputPicoUsd
  return (pico + 500n) / 1_000n
}

type Priced = Pick<ListedModel, keyof TokenPrices | 'priceSource' | 'packagePrice'>

/** The prices of a model as listed, before an organization's own. */
export function usualPrices(prices: TokenPrices): Priced {
  const unknown = prices.inputNanoUsdPerToken === null && prices.outputNanoUsdPerToken === null
  return { ...prices, priceSource: unknown ? null : 'package', packagePrice: unknown ? null : prices }
}

/** The model with the organization's price where there is one. */
export function withOwnPrice(model: ListedModel, prices: readonly OwnPrice[]): ListedModel {
  const own = prices.find((price) => price.model === model.id)
  if (own === undefined) return model
  const nano = (pico: bigint | null) => (pico === null ? null : Number(pico) / 1_000)
  return {
    ...model,
    inputNanoUsdPerToken: nano(own.inputPicoUsd),
    outputNanoUsdPerToken: nano(own.outputPicoUsd),
    cachedNanoUsdPerToken: nano(own.cachedPicoUsd),
    priceSource: 'organization',
  }
}
