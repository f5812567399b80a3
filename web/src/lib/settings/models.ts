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

/** Dollars per million tokens: `$2.50`, `$0.075`; a dash where nobody knows. */
export function formatPrice(usd: number | null): string {
  if (usd === null) return '–'
  const digits = usd !== 0 && usd < 0.1 ? 3 : 2
  return `$${usd.toFixed(digits)}`
}

/** `128K`, `1M` tokens; a dash where nobody knows. */
export function formatContext(tokens: number | null): string {
  if (tokens === null) return '–'
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(tokens)
}
