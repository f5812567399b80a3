import { expect, test } from 'bun:test'
import { createLogger } from '@quillworks/service-kit/logger'
import type { EngineEvent } from '../engine/events.ts'
import { logFacts } from './log-facts.ts'

function logged(...events: EngineEvent[]): object[] {
  const lines: object[] = []
  const logger = createLogger('test', { level: 'silent' })
  logger.info = (facts: object) => void lines.push({ level: 'info', ...facts })
  logger.warn = (facts: object) => void lines.push({ level: 'warn', ...facts })
  logFacts(logger, 'e1', events)
  return lines
}

test('how an execution failed is found by its id, without what anybody wrote', () => {
  const error = { code: 'model.malformed', message: 'secret words' }
  expect(logged({ type: 'failed', at: 1, error })).toEqual([
    { level: 'info', execution: 'e1', code: 'model.malformed' },
  ])
  expect(logged({ type: 'timed_out', at: 1, error: { ...error, code: 'execution.timed_out' } })).toEqual([
    { level: 'info', execution: 'e1', code: 'execution.timed_out' },
  ])
})

test('lost attempts and quarantines are warned of, and nothing is said of what went well', () => {
  const usage = { known: null } as never
  expect(logged({ type: 'step_lost', at: 1, stepKey: 'a', attempt: 2, usage })).toEqual([
    { level: 'warn', execution: 'e1', step: 'a', attempt: 2 },
  ])
  const error = { code: 'execution.quarantined', message: 'No.' }
  expect(logged({ type: 'failed', at: 1, error })).toEqual([
    { level: 'warn', execution: 'e1', code: 'execution.quarantined' },
  ])
  expect(logged({ type: 'started', at: 1 }, { type: 'succeeded', at: 2 })).toEqual([])
})
