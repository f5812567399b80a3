import { describe, expect, test } from 'bun:test'
import { statusLook } from './status.ts'

describe('a conversation that waits', () => {
  test.each([
    ['step.stopped', 'last answer stopped', 'grey'],
    ['step.timed_out', 'last answer timed out', 'red'],
    ['model.refused', 'last answer failed', 'red'],
  ] as const)('after %s says: %s', (code, but, color) => {
    expect(statusLook('waiting', code)).toMatchObject({ word: 'waiting', but, color })
  })

  test('after a whole answer says no more', () => {
    expect(statusLook('waiting')).toMatchObject({ word: 'waiting', color: 'orange' })
    expect(statusLook('waiting').but).toBeUndefined()
  })
})

test('what has ended with an error keeps its own look', () => {
  expect(statusLook('canceled', 'step.stopped')).toEqual(statusLook('canceled'))
})
