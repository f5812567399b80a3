/** Milliseconds since the epoch with parts of a microsecond: one clock for all processes of this machine. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now()
}
