import { withParams, type Address } from './url-state.ts'

/** As every connection of the API tells it. */
export interface PageInfo {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor?: string | null
  endCursor?: string | null
}

const count = new Intl.NumberFormat('en')

/** The number of the first row on the page, from 1, as the address remembers it. */
export function firstRowOf(url: Address): number {
  const from = Number(url.searchParams.get('from') ?? '1')
  return Number.isSafeInteger(from) && from > 0 ? from : 1
}

/** `51–100 of 1,000+`; without a total `51–100`; `None` where there is no row. */
export function pageText(page: {
  from: number
  shown: number
  total?: number | undefined
  atLeast?: boolean
}): string {
  if (page.shown === 0) return 'None'
  const to = page.from + page.shown - 1
  const range = page.shown === 1 ? count.format(page.from) : `${count.format(page.from)}–${count.format(to)}`
  if (page.total === undefined) return range
  // Rows may have come since they were counted.
  return `${range} of ${count.format(Math.max(page.total, to))}${page.atLeast ? '+' : ''}`
}

/** The link to the first page of a list, where what was refused is the place in it that the address names. */
export function firstPageOf(
  url: Address,
  issues: readonly { path: readonly (string | number)[] }[],
): string | undefined {
  const names = issues.map(({ path }) => path.join('.'))
  const isPlace = (name: string) => ['after', 'before'].includes(name) && url.searchParams.get(name) !== null
  return names.length > 0 && names.every(isPlace) ? withParams(url, {}) : undefined
}

/** Links to the pages before and after, undefined where there is none. */
export function pageLinks(
  url: Address,
  page: { info: PageInfo; shown: number; size: number },
): { previous: string | undefined; next: string | undefined } {
  const from = firstRowOf(url)
  const { info, shown, size } = page
  const back = from - size
  const previous = back <= 1 ? { before: null, after: null, from: null } : undefined
  return {
    // The first page is asked for from its start: rows that came meanwhile belong to it.
    previous: info.hasPreviousPage
      ? withParams(url, previous ?? { before: info.startCursor ?? null, after: null, from: String(back) })
      : undefined,
    next: info.hasNextPage
      ? withParams(url, { after: info.endCursor ?? null, before: null, from: String(from + shown) })
      : undefined,
  }
}
