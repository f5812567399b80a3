import type { Sort } from '../ui/url-state.ts'
import type { Model } from './models.documents.ts'

export const sortKeys = ['name', 'context', 'input', 'output']
/** As the server lists them: what can be asked first. */
export const usualSort: Sort = { key: '', descending: false }

const valueOf: Record<string, (model: Model) => number | string | null> = {
  name: ({ name }) => name.toLowerCase(),
  context: ({ contextTokens }) => contextTokens,
  input: ({ inputUsdPerMillionTokens }) => inputUsdPerMillionTokens,
  output: ({ outputUsdPerMillionTokens }) => outputUsdPerMillionTokens,
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b)) : a - b
}

/** Sorted by a column; what is not known of a model stands last in either direction. */
export function sortModels(models: readonly Model[], { key, descending }: Sort): Model[] {
  const of = valueOf[key]
  if (!of) return models.toSorted((a, b) => Number(b.available) - Number(a.available))
  return models.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    return descending ? compare(y, x) : compare(x, y)
  })
}

/** Models with every word in their name, id or provider. */
export function findModels(models: readonly Model[], words: string): Model[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return models.filter(({ id, name }) => {
    const text = `${id} ${name}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

/** As few digits as tell a price exactly, at least those of cents. */
const priceFormat = new Intl.NumberFormat('en', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
  useGrouping: false,
})

/** Dollars per million tokens: `$2.50`, `$0.075`; a dash where nobody knows. */
export function formatPrice(usd: number | null): string {
  return usd === null ? '–' : `$${priceFormat.format(usd)}`
}

/** What cached input costs: as other input does, where an organization has set no price for it. */
export function cachedPrice(model: Model): number | null {
  const { priceSource, cachedUsdPerMillionTokens: cached, inputUsdPerMillionTokens: input } = model
  return cached ?? (priceSource === 'organization' ? input : null)
}

/** A price as one types it: `2.50`; empty where nobody knows. */
export function plainPrice(usd: number | null): string {
  return usd === null ? '' : priceFormat.format(usd)
}

export const priceFields = [
  'inputUsdPerMillionTokens',
  'outputUsdPerMillionTokens',
  'cachedUsdPerMillionTokens',
] as const
export type PriceField = (typeof priceFields)[number]
type Prices = Record<PriceField, number | null>

/** `$0.15 in, $0.60 out, $0.075 cached`. */
export function priceText(prices: Prices): string {
  const words = [
    `${formatPrice(prices.inputUsdPerMillionTokens)} in`,
    `${formatPrice(prices.outputUsdPerMillionTokens)} out`,
  ]
  const { cachedUsdPerMillionTokens: cached } = prices
  return [...words, ...(cached === null ? [] : [`${formatPrice(cached)} cached`])].join(', ')
}

interface ReadPrices {
  inputUsdPerMillionTokens: number
  outputUsdPerMillionTokens: number
  cachedUsdPerMillionTokens: number | null
}

/** What was typed into the three fields, or what is wrong with them. */
export function readPrices(
  texts: Record<PriceField, string>,
): { prices: ReadPrices } | { issues: { path: string[]; message: string }[] } {
  const issues: { path: string[]; message: string }[] = []
  const read = (field: PriceField): number => {
    const text = texts[field].trim().replace(/^\$/, '')
    if (/^(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text)
    issues.push({ path: [field], message: 'A number such as 0.15.' })
    return 0
  }
  const prices = {
    inputUsdPerMillionTokens: read('inputUsdPerMillionTokens'),
    outputUsdPerMillionTokens: read('outputUsdPerMillionTokens'),
    cachedUsdPerMillionTokens:
      texts.cachedUsdPerMillionTokens.trim() === '' ? null : read('cachedUsdPerMillionTokens'),
  }
  return issues.length > 0 ? { issues } : { prices }
}

/** `128K`, `1M` tokens; a dash where nobody knows. */
export function formatContext(tokens: number | null): string {
  if (tokens === null) return '–'
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(tokens)
}
