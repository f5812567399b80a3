import { usageError } from '../command-error.ts'

const dayMs = 86_400_000
const unitMs: Record<string, number> = { h: 3_600_000, d: dayMs, w: 7 * dayMs, y: 365 * dayMs }

/** When a key shall end: after a span (`90d`; h, d, w, y) or at an ISO date or time, in the future. */
export function parseExpiry(text: string, now: Date): Date {
  const [, amount, unit = ''] = /^(\d+)([hdwy])$/.exec(text) ?? []
  const ms = unitMs[unit]
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(text)
  const moment =
    amount !== undefined && ms !== undefined
      ? new Date(now.getTime() + Number(amount) * ms)
      : new Date(isDate ? text : NaN)
  if (Number.isNaN(moment.getTime())) {
    throw usageError(`--expires takes 90d (h, d, w, y) or a date such as 2027-01-31; not "${text}".`)
  }
  if (moment <= now) throw usageError(`--expires ${text} is not in the future.`)
  return moment
}
