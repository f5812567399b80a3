/** What a list remembers in its address: sort, filters and where in its pages it is. */

/** An address as it is read here; `page.url` of SvelteKit is one, and every `URL`. */
export interface Address {
  readonly pathname: string
  readonly search: string
  readonly searchParams: Pick<URLSearchParams, 'get' | 'getAll'>
}

/** Parameters that name a place among rows; they mean nothing once the rows are others. */
const placeParams = ['after', 'before', 'from']

type Change = string | readonly string[] | null

/**
 * The address with some parameters changed, to be used as a link. Null or an empty list removes a parameter, a list
 * repeats it. Where other rows come of it, the list begins again at its first page.
 */
export function withParams(
  url: Address,
  changes: Record<string, Change>,
  options: { keepPlace?: boolean } = {},
): string {
  const params = new URLSearchParams(url.search)
  const gone = options.keepPlace ? [] : placeParams.filter((name) => !(name in changes))
  for (const name of gone) params.delete(name)
  for (const [name, change] of Object.entries(changes)) {
    params.delete(name)
    const values = change === null ? [] : typeof change === 'string' ? [change] : change
    for (const value of values) params.append(name, value)
  }
  const search = params.toString()
  return search ? `${url.pathname}?${search}` : url.pathname
}

/** How a list is sorted: `?sort=name` upwards, `?sort=-name` downwards. */
export interface Sort {
  key: string
  descending: boolean
}

/** The sort that an address asks for, if it is one of `keys`; else the usual one. */
export function sortOf(
  url: Address,
  options: { keys: readonly string[]; usual: Sort; param?: string },
): Sort {
  const asked = url.searchParams.get(options.param ?? 'sort')
  if (!asked) return options.usual
  const descending = asked.startsWith('-')
  const key = descending ? asked.slice(1) : asked
  return options.keys.includes(key) ? { key, descending } : options.usual
}

/** The link that sorts by a column: the other way round where it is sorted by it already. */
export function sortLink(
  url: Address,
  options: { key: string; current: Sort | undefined; first?: 'up' | 'down'; param?: string },
): string {
  const { key, current, first = 'up', param = 'sort' } = options
  const descending = current?.key === key ? !current.descending : first === 'down'
  return withParams(url, { [param]: descending ? `-${key}` : key })
}

/** The tab that an address asks for, else the first. */
export function tabOf(url: Address, values: readonly string[], param = 'tab'): string {
  const asked = url.searchParams.get(param)
  return asked !== null && values.includes(asked) ? asked : (values[0] ?? '')
}

/** The link to a tab; the first one needs no parameter. */
export function tabLink(url: Address, values: readonly string[], value: string, param = 'tab'): string {
  return withParams(url, { [param]: value === values[0] ? null : value }, { keepPlace: true })
}
