import type { Usage } from '../follow/execution.ts'

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const seconds = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 })

/** `850 ms`, `2.4 s`, `3 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${whole.format(ms)} ms`
  if (ms < 60_000) return `${seconds.format(ms / 1_000)} s`
  const rest = Math.round(ms / 1_000)
  return `${Math.floor(rest / 60)} min ${String(rest % 60).padStart(2, '0')} s`
}

/** `$1.20`, and small sums with as many digits as they need: `$0.000135`. */
export function formatCost(usd: number): string {
  if (usd === 0) return '$0'
  if (usd >= 0.01) return `$${usd.toFixed(2)}`
  return `$${Number(usd.toPrecision(3)).toFixed(12).replace(/0+$/, '')}`
}

/** `1,234 tokens (1,000 in, 234 out) · $0.0021 · first token after 320 ms`; unknown is told as unknown. */
export function formatUsage(usage: Usage): string {
  const tokens =
    usage.totalTokens === null
      ? 'tokens unknown'
      : `${whole.format(usage.totalTokens)} tokens (${count(usage.inputTokens)} in, ${count(usage.outputTokens)} out)`
  const parts = [tokens, usage.costUsd === null ? 'cost unknown' : formatCost(usage.costUsd)]
  if (usage.timeToFirstTokenMs !== null)
    parts.push(`first token after ${formatDuration(usage.timeToFirstTokenMs)}`)
  if (usage.unknownAttempts > 0) parts.push(`${usage.unknownAttempts} attempts of unknown usage`)
  return parts.join(' · ')
}

function count(tokens: number | null): string {
  return tokens === null ? '?' : whole.format(tokens)
}
