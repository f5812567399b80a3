import { describe, expect, test } from 'bun:test'
import { parseSince, tapSubject } from './tap-subject.ts'

const organization = '0190a5f2-0000-7000-8000-000000000001'
const other = '0190a5f2-0000-7000-8000-000000000002'

describe('the subject of a tap', () => {
  test('is below the organization', () => {
    expect(tapSubject(organization, 'executions.>')).toBe(`qw.${organization}.executions.>`)
    expect(tapSubject(organization, '>')).toBe(`qw.${organization}.>`)
    expect(tapSubject(organization, `qw.${organization}.prompts.*`)).toBe(`qw.${organization}.prompts.*`)
  })

  test('names no other organization, nor all', () => {
    for (const pattern of [`qw.${other}.>`, 'qw.*.executions.>', 'qw.>']) {
      expect(() => tapSubject(organization, pattern)).toThrow('reads one organization')
    }
  })

  test('is well formed', () => {
    for (const pattern of ['', 'a..b', '>.a', 'a b', 'a*']) {
      expect(() => tapSubject(organization, pattern)).toThrow('is not a subject')
    }
  })
})

describe('--since', () => {
  const now = new Date('2026-01-31T12:00:00Z')

  test('is a span, a time or all', () => {
    expect(parseSince('all', now)).toBe('all')
    expect(parseSince('10m', now)).toEqual(new Date('2026-01-31T11:50:00Z'))
    expect(parseSince('1.5h', now)).toEqual(new Date('2026-01-31T10:30:00Z'))
    expect(parseSince('2026-01-30T00:00:00+02:00', now)).toEqual(new Date('2026-01-29T22:00:00Z'))
  })

  test('is refused otherwise', () => {
    for (const text of ['', '10', 'm', 'yesterday', '2026-13-01']) {
      expect(() => parseSince(text, now)).toThrow('--since takes')
    }
  })
})
