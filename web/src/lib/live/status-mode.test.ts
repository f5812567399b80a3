import { expect, test } from 'bun:test'
import { polls } from './status-mode.ts'

test('polls where chosen, and otherwise only after sockets failed to open three times', () => {
  expect(polls({ mode: 'poll', live: false, failedOpens: 0 })).toBe(true)
  expect(polls({ mode: 'auto', live: false, failedOpens: 2 })).toBe(false)
  expect(polls({ mode: 'auto', live: false, failedOpens: 3 })).toBe(true)
  expect(polls({ mode: 'auto', live: true, failedOpens: 3 })).toBe(false)
  expect(polls({ mode: 'push', live: false, failedOpens: 9 })).toBe(false)
})
