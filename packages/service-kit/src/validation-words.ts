import type { z } from 'zod'

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a time',
  null: 'null',
}
const formats: Record<string, string> = {
  email: 'Give an e-mail address.',
  url: 'Give an address such as https://example.com.',
  uuid: 'An id is a UUID.',
  guid: 'An id is a UUID.',
  datetime: 'Give a time such as 2026-01-31T12:00:00Z.',
  date: 'Give a date such as 2026-01-31.',
}
const units: Record<string, string> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  map: 'entries',
}

function bound(
  origin: string,
  limit: unknown,
  side: 'most' | 'least',
  inclusive: boolean | undefined,
): string {
  const unit = units[origin]
  const amount = typeof limit === 'number' || typeof limit === 'bigint' ? String(limit) : 'allowed'
  if (unit) return `Give at ${side} ${amount} ${unit}.`
  if (inclusive !== false) return `Give a number of at ${side} ${amount}.`
  return `Give a number ${side === 'most' ? 'below' : 'above'} ${amount}.`
}

/**
 * Says what was wrong with a value in words for people, with what to do, where a schema says nothing itself:
 * `schema.safeParse(value, { error: inWords })`. The validator's own texts are for programmers and stay inside.
 */
export function inWords(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'This is missing.'
        : `Give ${kinds[issue.expected] ?? 'a value of another type'}.`
    case 'invalid_value':
      return issue.values.length === 1
        ? `Give ${String(issue.values[0])}.`
        : `Give one of ${issue.values.map(String).join(', ')}.`
    case 'too_big':
      return bound(issue.origin, issue.maximum, 'most', issue.inclusive)
    case 'too_small':
      return bound(issue.origin, issue.minimum, 'least', issue.inclusive)
    case 'invalid_format':
      return formats[issue.format] ?? 'This does not have the form that is expected here.'
    case 'not_multiple_of':
      return `Give a multiple of ${String(issue.divisor)}.`
    case 'unrecognized_keys':
      return `Leave out ${issue.keys.join(', ')}: nothing here has that name.`
    default:
      return 'This is not a value that fits here.'
  }
}
