const inOrder = (values: number[]): number[] => values.toSorted((a, b) => a - b)

/** The value below which `share` (0 to 1) of the values lie, which are in order; nearest rank. */
function percentile(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export interface Spread {
  median: number
  min: number
  max: number
}

export function spread(values: number[]): Spread {
  const sorted = inOrder(values)
  return { median: percentile(sorted, 0.5), min: percentile(sorted, 0), max: percentile(sorted, 1) }
}

export interface Latency {
  count: number
  p50: number
  p99: number
  max: number
}

/** Of milliseconds. */
export function latency(values: number[]): Latency {
  const sorted = inOrder(values)
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  }
}

/** Three digits that count, whole numbers from 100 on. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
