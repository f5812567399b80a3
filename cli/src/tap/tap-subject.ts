import { usageError } from '../command-error.ts'

/**
 * The subject on NATS that a person means: `executions.>` is `qw.<organization>.executions.>`, and one that begins with
 * `qw.` stays as it is.
 */
export function tapSubject(organizationId: string, pattern: string): string {
  const subject = pattern.startsWith('qw.') ? pattern : `qw.${organizationId}.${pattern}`
  const tokens = subject.split('.')
  const isValid = tokens.every((token, index) => {
    if (token === '>') return index === tokens.length - 1
    return token === '*' || /^[^\s*>]+$/.test(token)
  })
  if (!isValid)
    throw usageError(`"${pattern}" is not a subject: words between dots, * for one, > for the rest.`)
  if (tokens[1] !== organizationId) {
    throw usageError(
      `A tap reads one organization, and this one reads qw.${organizationId}.>, not ${subject}.`,
    )
  }
  return subject
}

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** What `--since` means: everything that is kept, or from a moment on (`10m`, or an ISO time). */
export function parseSince(text: string, now: Date): 'all' | Date {
  if (text === 'all') return 'all'
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? []
  const ms = unitMs[unit]
  if (amount !== undefined && ms !== undefined) return new Date(now.getTime() - Number(amount) * ms)
  const moment = new Date(text)
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(moment.getTime())) return moment
  throw usageError(
    `--since takes 10m (s, m, h, d), a time such as 2026-01-31T12:00:00Z, or all; not "${text}".`,
  )
}
