import type { Outcome } from './runner.ts'

/** One line on one experiment, with the figures that say whether it proved anything. */
export function sayOutcome({ id, seed, injections, hits, operations, violations, seconds }: Outcome): string {
  const sign = violations.length === 0 ? '✓' : '✗'
  return `${sign} ${id} seed ${seed}: ${injections} injections, ${hits} hit live work, ${operations} operations, ${violations.length} violations, ${seconds.toFixed(1)} s`
}
