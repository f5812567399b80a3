import { expect, test } from 'bun:test'
import { toldUsage } from './usage.ts'

const nothing = {
  inputTokens: null,
  outputTokens: null,
  cachedTokens: null,
  costNanoUsd: null,
  unknownAttempts: 0,
  unpricedAttempts: 0,
  timeToFirstTokenMs: null,
}

test('a sum of nothing is zero', () => {
  expect(toldUsage(nothing)).toMatchObject({ inputTokens: 0, totalTokens: 0, costUsd: 0 })
})

test('a sum of only unknown parts is unknown', () => {
  expect(toldUsage({ ...nothing, unknownAttempts: 1 })).toMatchObject({ totalTokens: null, costUsd: null })
})

test('known tokens without a price have an unknown cost', () => {
  const sums = { ...nothing, inputTokens: 3, outputTokens: 4, cachedTokens: 0, unpricedAttempts: 1 }
  expect(toldUsage(sums)).toMatchObject({ totalTokens: 7, costUsd: null })
})

test('what is known is told beside what is not, in dollars exact to a billionth', () => {
  const sums = { ...nothing, inputTokens: 3, outputTokens: 4, costNanoUsd: '2100001', unknownAttempts: 1 }
  expect(toldUsage(sums)).toMatchObject({ totalTokens: 7, costUsd: 0.002100001, unknownAttempts: 1 })
})
