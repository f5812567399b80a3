import { expect, test } from 'bun:test'
import { AppError } from './errors.ts'
import { isOutage } from './outages.ts'

const coded = (code: string) => Object.assign(new Error(code), { code })

test('what goes by is an outage, also inside the error of a query builder; what would happen again is none', () => {
  for (const code of [
    '57P01',
    '57014',
    '08006',
    '53300',
    '40P01',
    'CONNECT_TIMEOUT',
    'CONNECTION_CLOSED',
    'ECONNREFUSED',
    '503',
  ])
    expect([code, isOutage(new Error('Failed query', { cause: coded(code) }))]).toEqual([code, true])
  expect(isOutage(new AppError('database.timeout', 'Late.'))).toBe(true)
  for (const code of ['23505', '22P02', '42P01', 'P0001', 'input.invalid'])
    expect([code, isOutage(coded(code))]).toEqual([code, false])
  expect(isOutage(new TypeError('x is undefined'))).toBe(false)
})
