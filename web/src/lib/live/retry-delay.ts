const firstMs = 150
const longestMs = 10_000

/** How long to wait before asking again after `failures` failures in a row, with half of it left to chance. */
export function retryDelay(failures: number, random: () => number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10))
  return whole / 2 + (whole / 2) * random()
}
