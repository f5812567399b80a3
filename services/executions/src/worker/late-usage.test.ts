import { expect, test } from 'bun:test'
import { play, spent, step, tick } from '../engine/engine.fixture.ts'
import { recordLateUsage, spendOf } from './late-usage.ts'

const late = { type: 'late_usage' as const, stepKey: 'a', attempt: 1, usage: spent }

test('an outage of the database does not lose what was spent', async () => {
  const { state } = play(
    [step('a')],
    [
      [0, tick],
      [1, { type: 'command', command: { type: 'cancel', reason: null } }],
    ],
  )
  let asked = 0
  await recordLateUsage(
    {
      applyLocked: async () => {
        asked += 1
        if (asked === 1) throw Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' })
        return state
      },
    },
    state.id,
    late,
  )
  expect(asked).toBe(2)
})

test('a mistake of our own is told at once', async () => {
  const applyLocked = async () => {
    throw new Error('a mistake')
  }
  const told = await recordLateUsage({ applyLocked }, 'x', late).catch((error: unknown) => error)
  expect(told).toEqual(new Error('a mistake'))
})

test('a report says what it spent, and nothing where that is unknown or nothing', () => {
  const report = { type: 'attempt_succeeded' as const, stepKey: 'a', attempt: 1, finishReason: null }
  expect(spendOf({ ...report, usage: spent })).toEqual(late)
  expect(spendOf({ ...report, usage: 'unknown' })).toBeNull()
  expect(spendOf({ ...report, usage: 'none' })).toBeNull()
  expect(spendOf(late)).toEqual(late)
})
