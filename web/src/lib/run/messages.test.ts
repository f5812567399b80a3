import { describe, expect, test } from 'bun:test'
import type { Step } from '../executions/execution.documents.ts'
import { lastValues, messagesOf, modelName } from './messages.ts'

const usage: Step['usage'] = {
  inputTokens: null,
  outputTokens: null,
  cachedTokens: null,
  totalTokens: null,
  costUsd: null,
  unknownAttempts: 0,
  unpricedAttempts: 0,
  timeToFirstTokenMs: null,
}
const step = (key: string, over: Partial<Step> = {}): Step => ({
  key,
  name: null,
  kind: 'model',
  status: 'succeeded',
  attempt: 1,
  replaces: null,
  model: 'demo/writer',
  input: { message: key, values: { of: key } },
  output: { text: key },
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  error: null,
  usage,
  attempts: [],
  ...over,
})

describe('a conversation', () => {
  test('shows a regenerated answer in its place, with those before it', () => {
    const messages = messagesOf([
      step('m0'),
      step('m1'),
      step('m2', { replaces: 'm1' }),
      step('m3', { replaces: 'm2' }),
      step('note', { kind: 'template' }),
      step('m4'),
    ])
    expect(messages.map(({ step: { key } }) => key)).toEqual(['m0', 'm3', 'm4'])
    expect(messages[1]?.earlier.map(({ key }) => key)).toEqual(['m1', 'm2'])
  })

  test('remembers the values of its last message', () => {
    expect(lastValues([step('m0'), step('m1')])).toEqual({ of: 'm1' })
    expect(lastValues([])).toBeUndefined()
  })

  test('names the demo model as such', () => {
    expect(modelName('demo/writer')).toBe('demo model (demo/writer)')
    expect(modelName('openai/gpt-5')).toBe('openai/gpt-5')
  })
})
