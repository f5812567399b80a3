/** By how many milliseconds the wall clock is wrong, one after the other, changing every three seconds. */
export function clockShiftsMs(): number[] {
  return (process.env['FAULT_CLOCK_SHIFTS_MS'] ?? '0').split(',').map(Number)
}
