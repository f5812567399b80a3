const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const utcDay = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number, below: number][] = [
  ['minute', 60, 3_600],
  ['hour', 3_600, 86_400],
  ['day', 86_400, 7 * 86_400],
]

/** `just now`, `3 minutes ago`, `yesterday`; older than a week the date. */
export function formatRelative(at: string | Date, now: Date): string {
  const seconds = (new Date(at).getTime() - now.getTime()) / 1_000
  const distance = Math.abs(seconds)
  if (distance < 45) return 'just now'
  for (const [unit, size, below] of steps) {
    if (distance < below) return relative.format(Math.trunc(seconds / size) || Math.sign(seconds), unit)
  }
  return day.format(new Date(at))
}

/** The full moment in the reader's own time zone. */
export function formatExact(at: string | Date): string {
  return exact.format(new Date(at))
}

/** The day alone, in UTC, which is the same wherever the page is made: `Jan 5, 2026`. */
export function formatDay(at: string | Date): string {
  return utcDay.format(new Date(at))
}
