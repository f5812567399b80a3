import { expect, test } from 'bun:test'
import { isDriverFault } from './driver-faults.ts'

test('cut connections are told from errors of our own', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code })
  for (const code of ['57P01', '57P03', '08006', 'CONNECTION_CLOSED', 'ECONNRESET'])
    expect(isDriverFault(coded(code))).toBe(true)
  const nextWrite = new TypeError("null is not an object (evaluating 'socket.write')")
  nextWrite.stack = 'TypeError\n at nextWrite (/x/node_modules/postgres/src/connection.js:255:15)'
  expect(isDriverFault(nextWrite)).toBe(true)
  expect(isDriverFault(new TypeError('x is undefined'))).toBe(false)
  expect(isDriverFault(coded('23505'))).toBe(false)
  expect(isDriverFault('text')).toBe(false)
})
