import { describe, expect, test } from 'bun:test'
import type { ExecutionView, StepView } from '../follow/execution.ts'
import { closingLines, progressLines } from './progress-lines.ts'

const step = (facts: Partial<StepView>): StepView => ({
  key: 'message[0]',
  kind: 'model',
  name: null,
  status: 'running',
  attempt: 1,
  model: 'demo/writer',
  error: null,
  durationMs: null,
  ...facts,
})

const execution = (facts: Partial<ExecutionView>): ExecutionView => ({
  id: 'the-id',
  kind: 'prompt',
  name: 'Greeting',
  status: 'running',
  revision: 1,
  waiting: null,
  error: null,
  progress: { done: 0, total: 1 },
  usage: {
    inputTokens: null,
    outputTokens: null,
    totalTokens: null,
    costUsd: null,
    unknownAttempts: 0,
    timeToFirstTokenMs: null,
  },
  durationMs: null,
  steps: [],
  ...facts,
})

describe('progress lines', () => {
  test('tell a state once, then only what changed', () => {
    const first = execution({ steps: [step({}), step({ key: 'message[1]', status: 'pending' })] })
    expect(progressLines(undefined, first)).toEqual([
      '· running · Greeting',
      '· message[0] running · demo/writer',
    ])
    expect(progressLines(first, first)).toEqual([])
    const second = execution({ steps: [step({ status: 'streaming', attempt: 2 })] })
    expect(progressLines(first, second)).toEqual(['· message[0] streaming · attempt 2 · demo/writer'])
  })

  test('tell what is waited for', () => {
    const waiting = { for: 'input', stepKey: null, until: null }
    expect(progressLines(execution({}), execution({ status: 'waiting', waiting }))).toEqual([
      '· waiting for input',
    ])
  })

  test('leave the end of an execution that was watched to the closing lines', () => {
    const error = { code: 'model.refused', message: 'The model refused.' }
    const end = execution({ status: 'timed_out', durationMs: 2_500, error })
    expect(progressLines(execution({}), end)).toEqual([])
    expect(closingLines(end)).toEqual([
      '✗ timed out · 2.5 s · tokens unknown · cost unknown · the-id',
      'The model refused. (model.refused)',
    ])
  })
})
