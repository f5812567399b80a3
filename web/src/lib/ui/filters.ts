import { withParams, type Address } from './url-state.ts'

/** One thing a list can be narrowed by; what is chosen lives in the address under its key. */
export interface Filter {
  key: string
  label: string
  options: { value: string; label: string }[]
  /** Several at once; any of them fits. */
  many?: boolean
}

/** What is chosen of a filter: known options only, in the order of the address. */
export function chosenOf(url: Address, filter: Filter): string[] {
  const known = new Set(filter.options.map(({ value }) => value))
  const asked = [...new Set(url.searchParams.getAll(filter.key))].filter((value) => known.has(value))
  return filter.many ? asked : asked.slice(0, 1)
}

/** The link that chooses an option, or takes it back where it is chosen. */
export function toggleLink(url: Address, filter: Filter, value: string): string {
  const chosen = chosenOf(url, filter)
  if (chosen.includes(value)) return withParams(url, { [filter.key]: chosen.filter((one) => one !== value) })
  return withParams(url, { [filter.key]: filter.many ? [...chosen, value] : value })
}

/** The link without one filter, or without any of them. */
export function withoutLink(url: Address, filters: readonly Filter[]): string {
  return withParams(url, Object.fromEntries(filters.map(({ key }) => [key, null])))
}

/** What a chip says: `Failed`, `Failed, Timed out`, `3 of 6`. */
export function chosenText(filter: Filter, chosen: readonly string[]): string {
  const labels = filter.options.filter(({ value }) => chosen.includes(value)).map(({ label }) => label)
  return labels.length <= 2 ? labels.join(', ') : `${labels.length} of ${filter.options.length}`
}
