import { describe, expect, test } from 'bun:test'
import { formatCost, formatDuration, formatUsage } from './format.ts'

const usage = {
  inputTokens: 1_000,
  outputTokens: 234,
  totalTokens: 1_234,
  costUsd: 0.000135,
  unknownAttempts: 0,
  timeToFirstTokenMs: 320,
}

describe('figures', () => {
  test('are as long as they need to be', () => {
    expect([0, 0.000135, 0.0021, 1.2].map(formatCost)).toEqual(['$0', '$0.000135', '$0.0021', '$1.20'])
    expect([850, 2_400, 185_000].map(formatDuration)).toEqual(['850 ms', '2.4 s', '3 min 05 s'])
  })

  test('of usage say what is unknown', () => {
    expect(formatUsage(usage)).toBe('1,234 tokens (1,000 in, 234 out) · $0.000135 · first token after 320 ms')
    const unknown = {
      ...usage,
      totalTokens: null,
      costUsd: null,
      unknownAttempts: 2,
      timeToFirstTokenMs: null,
    }
    expect(formatUsage(unknown)).toBe('tokens unknown · cost unknown · 2 attempts of unknown usage')
  })
})
