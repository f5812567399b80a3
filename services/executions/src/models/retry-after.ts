/** A longer wait than this is not slept through: whoever asked is told, and may choose another model. */
export const longestRetryAfterMs = 120_000

const centuryMs = 100 * 365.25 * 86_400_000

/**
 * What a provider asked to wait, in milliseconds, from `retry-after-ms` or `retry-after` (seconds or an HTTP date).
 * Undefined where it said nothing or nothing that can be meant: negative, zero, a past date, not a time.
 */
export function askedWaitMs(headers: Headers | undefined, now: number): number | undefined {
  const milliseconds = headers?.get('retry-after-ms')
  const text = headers?.get('retry-after') ?? ''
  const asked =
    milliseconds !== null && milliseconds !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(milliseconds)
      ? Number(milliseconds)
      : /^\s*[+-]?\d+(\.\d+)?\s*$/.test(text)
        ? Number(text) * 1000
        : Date.parse(text) - now
  return asked > 0 ? Math.ceil(Math.min(asked, centuryMs)) : undefined
}

/** `90 s`, `24 h`: a wait in the unit people would use. */
export function sayWait(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 120) return `${Math.ceil(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  if (milliseconds >= centuryMs) return '100 years or more'
  return `${Math.round(seconds / 86_400)} days`
}
