import { expect, test } from 'bun:test'
import type { StepStatus } from '@quillworks/executions/contract/status'
import { stepToShow } from './step-to-show.ts'

const step = (key: string, status: StepStatus, startedAt: string | null = '2026-01-01T00:00:00Z') => ({
  key,
  status,
  startedAt,
})

test('shows the step at work before the one that failed, and that before the last', () => {
  const done = step('a', 'succeeded')
  const broken = step('b', 'failed')
  const last = step('c', 'succeeded')
  expect(stepToShow([done, step('w', 'streaming'), broken])?.key).toBe('w')
  expect(stepToShow([done, broken, last])?.key).toBe('b')
  expect(stepToShow([done, last, step('s', 'skipped', null)])?.key).toBe('c')
  expect(stepToShow([step('p', 'pending', null), step('q', 'pending', null)])?.key).toBe('p')
  expect(stepToShow([])).toBeUndefined()
})
