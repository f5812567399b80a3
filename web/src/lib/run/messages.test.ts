import { describe, expect, test } from 'bun:test'
import type { Step } from '../executions/execution.documents.ts'
import { lastValues, messagesOf, modelName, renderedWith, versionOf } from './messages.ts'

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
  executionRevision: 1,
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

  test('shows each answer of a message in the one place, also where all name the first', () => {
    const messages = messagesOf([
      step('m0'),
      step('m0/again[1]', { replaces: 'm0' }),
      step('m1'),
      step('m0/again[2]', { replaces: 'm0' }),
    ])
    expect(messages.map(({ step: { key } }) => key)).toEqual(['m0/again[2]', 'm1'])
    expect(messages[0]?.earlier.map(({ key }) => key)).toEqual(['m0', 'm0/again[1]'])
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

describe('what a message was rendered with', () => {
  test('is read from what is stored with it', () => {
    const snippet = { id: 's', name: 'company', version: 2 }
    const input = {
      values: { tone: 'calm' },
      sources: { tone: 'user' },
      snippets: [snippet, { id: 's' }],
      prompt: { id: 'p', version: 4 },
    }
    expect(renderedWith({ input })).toEqual({
      values: { tone: 'calm' },
      origins: { tone: 'user' },
      snippets: [snippet],
    })
    expect(versionOf({ input })).toBe(4)
  })

  test('is nothing where it is kept back', () => {
    expect(renderedWith({ input: null })).toEqual({ values: {}, origins: {}, snippets: [] })
    expect(versionOf({ input: null })).toBeUndefined()
  })
})
