const count = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

const unknownValue = 'unknown'

/** A whole number such as tokens, grouped; `unknown` where nobody reported it. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? unknownValue : count.format(value)
}

/** `12.3K` for narrow places. */
export function formatCompact(value: number | null | undefined): string {
  return value === null || value === undefined ? unknownValue : compact.format(value)
}

/** US dollars with the precision that matters: `$12.40`, `$0.0021`, `$0` for free, `unknown` for no price. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return unknownValue
  if (usd === 0) return '$0'
  const small = Math.abs(usd) < 0.1
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency: 'USD',
    ...(small ? { minimumSignificantDigits: 1, maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 }),
  }).format(usd)
}

/** `640 ms`, `1.9 s`, `2 min 5 s`, `3 h 4 min`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return unknownValue
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}
