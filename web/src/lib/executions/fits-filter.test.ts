import { describe, expect, test } from 'bun:test'
import type { ExecutionFilter } from './execution-rows.documents.ts'
import { fitsFilter, type KnownExecution } from './fits-filter.ts'

const usage = {
  inputTokens: 1,
  outputTokens: 1,
  cachedTokens: 0,
  totalTokens: 2,
  costUsd: 0.25,
  unknownAttempts: 0,
  unpricedAttempts: 0,
  timeToFirstTokenMs: 1,
}
const execution: KnownExecution = {
  id: '0198f3a2-0000-7000-8000-00000000000a',
  track: true,
  projectId: 'p',
  createdBy: { id: 'ada' },
  kind: 'chat',
  name: 'Letter · Dear ÉMILE',
  status: 'waiting',
  revision: 3,
  trigger: 'manual',
  createdAt: '2026-03-10T12:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  derivedFrom: null,
  source: { type: 'prompt', id: 's', name: 'Letter', version: 1 },
  progress: { done: 1, total: 1 },
  waiting: { for: 'input' },
  error: null,
  usage,
}

describe('what an event brings', () => {
  const fitting: ExecutionFilter[] = [
    {},
    { projectId: 'p', kind: ['prompt', 'chat'], status: ['waiting'], sourceId: 's', trigger: ['manual'] },
    { waitingFor: ['input', 'approval'] },
    { createdBy: 'ada' },
    { text: ' émile' },
    { text: '0198F3A2-' },
    { costAtLeast: 0.25, costAtMost: 0.25 },
    { createdAfter: '2026-03-10T12:00:00.000Z', createdBefore: '2026-03-10T12:00:00.001Z' },
  ]
  test.each(fitting)('fits %p', (filter) => expect(fitsFilter(execution, filter)).toBe(true))

  const others: ExecutionFilter[] = [
    { projectId: 'q' },
    { createdBy: 'bob' },
    { kind: ['prompt'] },
    { status: ['running'] },
    { status: [] },
    { sourceId: 't' },
    { trigger: ['api'] },
    { waitingFor: ['approval'] },
    { text: 'emile' },
    { text: '0198f3a3-' },
    { costAtLeast: 0.26 },
    { costAtMost: 0.24 },
    { createdAfter: '2026-03-10T12:00:00.001Z' },
    { createdBefore: '2026-03-10T12:00:00.000Z' },
    // Whatever the models are, it is of another status.
    { model: 'demo/writer', status: ['failed'] },
  ]
  test.each(others)('does not fit %p', (filter) => expect(fitsFilter(execution, filter)).toBe(false))

  test('is asked about where only the server knows its models', () => {
    expect(fitsFilter(execution, { model: 'demo/writer' })).toBeUndefined()
    expect(fitsFilter({ ...execution, models: ['demo/writer'] }, { model: 'demo/writer' })).toBe(true)
    expect(fitsFilter({ ...execution, models: [] }, { model: 'demo/writer' })).toBe(false)
  })

  test('costs an unknown amount, which is neither much nor nothing', () => {
    const unknown = { ...execution, usage: { ...usage, costUsd: null } }
    expect(fitsFilter(unknown, { costAtLeast: 0 })).toBe(false)
    expect(fitsFilter(unknown, { costAtMost: 1 })).toBe(false)
    expect(fitsFilter(unknown, {})).toBe(true)
  })

  test('of utility runs never does', () => {
    expect(fitsFilter({ ...execution, track: false }, {})).toBe(false)
  })
})
