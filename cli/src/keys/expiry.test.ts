import { expect, test } from 'bun:test'
import { parseExpiry } from './expiry.ts'

const now = new Date('2026-01-31T12:00:00Z')

test('a key ends after a span or at a date', () => {
  expect(parseExpiry('90d', now)).toEqual(new Date('2026-05-01T12:00:00Z'))
  expect(parseExpiry('12h', now)).toEqual(new Date('2026-02-01T00:00:00Z'))
  expect(parseExpiry('2027-01-31', now)).toEqual(new Date('2027-01-31T00:00:00Z'))
})

test('a key ends in the future', () => {
  for (const text of ['0d', '2020-01-01']) expect(() => parseExpiry(text, now)).toThrow('not in the future')
  for (const text of ['', '90', 'd', '90m', 'soon', '2027-31-01']) {
    expect(() => parseExpiry(text, now)).toThrow('--expires takes')
  }
})
