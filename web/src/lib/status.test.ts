import { describe, expect, test } from 'bun:test'
import { statusLook } from './status.ts'

describe('a conversation that waits', () => {
  test.each([
    ['step.stopped', 'last answer stopped', 'grey'],
    ['step.timed_out', 'last answer timed out', 'red'],
    ['model.refused', 'last answer failed', 'red'],
  ] as const)('after %s says: %s', (code, but, color) => {
    expect(statusLook('waiting', { kind: 'chat', waitingFor: 'input', errorCode: code })).toMatchObject({
      word: 'waiting',
      but,
      color,
    })
  })

  test('after a whole answer is at rest, and says no more', () => {
    const look = statusLook('waiting', { kind: 'chat', waitingFor: 'input' })
    expect(look).toMatchObject({ word: 'waiting', color: 'quiet', icon: 'talk' })
    expect(look.but).toBeUndefined()
  })
})

test.each([
  [{ kind: 'chat', waitingFor: 'approval' }, 'Waits for somebody to approve it'],
  [{ kind: 'prompt', waitingFor: 'event' }, 'Waits for what is done elsewhere'],
  [{ kind: 'workflow', waitingFor: 'input' }, 'Waits for input'],
  [{}, 'Waits for something else'],
])('a wait of %p wants attention: %s', (known, explanation) => {
  expect(statusLook('waiting', known)).toMatchObject({ word: 'waiting', color: 'orange', explanation })
})

test('what has ended with an error keeps its own look', () => {
  expect(statusLook('canceled', { errorCode: 'step.stopped' })).toEqual(statusLook('canceled'))
})
