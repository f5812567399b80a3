const FIRST_MS = 250
const LONGEST_MS = 15_000
const STEADY_MS = 30_000

/** How long to wait before a process that ended starts again. `restarts` counts those since it last ran steadily. */
export function restartDelay(restarts: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** restarts)
}

/** A process that ran this long had started well: its next crash is a first one. */
export function ranSteadily(durationMs: number): boolean {
  return durationMs >= STEADY_MS
}
