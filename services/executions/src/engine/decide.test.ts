import { describe, expect, test } from 'bun:test'
import { done, failed, play, spent, startedAt, step, tick } from './engine.fixture.ts'
import type { EngineInput } from './inputs.ts'

const cancel: EngineInput = { type: 'command', command: { type: 'cancel', reason: null } }
const message = (key: string): EngineInput => ({
  type: 'command',
  command: { type: 'message', step: step(key, { conversation: true }) },
})

describe('a plan', () => {
  test('starts what waits for nothing, then what waited for it, and ends', () => {
    const plan = [step('a'), step('b'), step('c', { after: ['a', 'b'] })]
    const { facts, state } = play(plan, [
      [0, tick],
      [1, done('b')],
      [2, done('a')],
      [3, done('c')],
    ])
    expect(facts).toEqual([
      'started',
      'step_started a',
      'step_started b',
      'step_succeeded b',
      'step_succeeded a',
      'step_started c',
      'step_succeeded c',
      'succeeded',
    ])
    expect(state).toMatchObject({
      status: 'succeeded',
      revision: 9,
      usage: { inputTokens: 30, costNanoUsd: '300' },
    })
  })

  test('skips what comes after a failure and fails with the reason of the step', () => {
    const plan = [step('a'), step('b', { after: ['a'] }), step('c', { after: ['b'] })]
    const { facts, state } = play(plan, [
      [0, tick],
      [1, failed('a', 1, { retryable: false })],
    ])
    expect(facts.slice(2)).toEqual(['step_failed a', 'step_skipped b', 'step_skipped c', 'failed'])
    expect(state.error).toEqual({ code: 'model.overloaded', message: 'Busy.' })
  })

  test('starts at most 32 steps at once', () => {
    const plan = Array.from({ length: 40 }, (_, n) => step(`s${n}`))
    const { state, facts } = play(plan, [
      [0, tick],
      [1, done('s0')],
    ])
    expect([...state.steps.values()].filter((one) => one.open).length).toBe(32)
    expect(facts.at(-1)).toBe('step_started s32')
  })

  test('does a pure step without having recorded its start', () => {
    const plan = [step('a', { kind: 'template' })]
    const { facts, state } = play(plan, [
      [0, tick],
      [0, { ...done('a'), usage: 'none' } as EngineInput],
    ])
    expect(facts).toEqual(['started', 'step_succeeded a', 'succeeded'])
    expect(state.steps.get('a')).toMatchObject({ attempt: 1, outputRef: 'output/a#1' })
  })
})

describe('a failed attempt', () => {
  test('is followed by another after the backoff, and no sooner', () => {
    const { state, facts } = play(
      [step('a')],
      [
        [0, tick],
        [1, failed('a')],
        [1.4, tick],
      ],
    )
    expect(facts.at(-1)).toBe('step_retried a')
    expect(state.steps.get('a')).toMatchObject({
      status: 'pending',
      nextAttemptAt: startedAt + 1_500,
      failures: 1,
    })
    const later = play(
      [step('a')],
      [
        [0, tick],
        [1, failed('a')],
        [1.5, tick],
      ],
    )
    expect(later.facts.at(-1)).toBe('step_started a')
    expect(later.state.steps.get('a')).toMatchObject({
      attempt: 2,
      usage: { unknownAttempts: 1, inputTokens: null },
    })
  })

  const asked = (retryAfterMs: number) =>
    play(
      [step('a')],
      [
        [0, tick],
        [1, failed('a', 1, { retryAfterMs })],
      ],
    )

  test('waits as long as was asked, also where that is longer than its own longest backoff', () => {
    const until = (retryAfterMs: number) => asked(retryAfterMs).state.steps.get('a')?.nextAttemptAt
    expect(until(4_000)).toBe(startedAt + 5_000)
    expect(until(60_000)).toBe(startedAt + 61_000)
    expect(until(300_000)).toBe(startedAt + 301_000)
    expect(until(-5)).toBe(startedAt + 1_500)
  })

  test('ends the step at once when the pause that was asked for is longer than the deadline', () => {
    const { facts, state } = asked(300_001)
    expect(facts.slice(-2)).toEqual(['step_failed a', 'failed'])
    expect(state.steps.get('a')).toMatchObject({ attempt: 1, nextAttemptAt: null })
  })

  test('ends the step when it was the last one allowed', () => {
    const { facts } = play(
      [step('a')],
      [
        [0, tick],
        [1, failed('a')],
        [3, tick],
        [4, failed('a', 2)],
      ],
    )
    expect(facts.slice(-2)).toEqual(['step_failed a', 'failed'])
  })

  test('that is reported twice, or by an older attempt, changes nothing', () => {
    const { facts } = play(
      [step('a')],
      [
        [0, tick],
        [1, failed('a')],
        [1, failed('a')],
        [3, tick],
        [4, done('a', 1)],
      ],
    )
    expect(facts).toEqual(['started', 'step_started a', 'step_retried a', 'step_started a'])
  })

  test('that was lost with its replica uses up no retry and is done again at once', () => {
    const takeover: EngineInput = { type: 'takeover' }
    const { facts, state } = play(
      [step('a')],
      [
        [0, tick],
        [1, takeover],
        [2, takeover],
        [3, done('a', 3)],
      ],
    )
    expect(facts.slice(2)).toEqual([
      'step_lost a',
      'step_started a',
      'step_lost a',
      'step_started a',
      'step_succeeded a',
      'succeeded',
    ])
    expect(state.usage).toMatchObject({ unknownAttempts: 2, inputTokens: 10 })
  })
})

describe('time', () => {
  test('ends an attempt at its own limit and begins the next at once', () => {
    const plan = [step('a', { timeoutMs: 5_000 })]
    const { facts, state } = play(plan, [
      [0, tick],
      [5, tick],
      [10, tick],
    ])
    expect(facts.slice(2)).toEqual(['step_retried a', 'step_started a', 'step_timed_out a', 'failed'])
    expect(state.error?.code).toBe('step.timed_out')
  })

  test('ends a run without progress, whatever arrives at that moment', () => {
    const { facts, state } = play(
      [step('a')],
      [
        [0, tick],
        [300, done('a')],
      ],
    )
    expect(facts.slice(2)).toEqual(['step_canceled a', 'timed_out'])
    expect(state.error?.code).toBe('execution.timed_out')
  })

  test('begins anew with each progress', () => {
    const progress: EngineInput = { type: 'progress', stepKey: 'a', attempt: 1 }
    const { state } = play(
      [step('a')],
      [
        [0, tick],
        [200, progress],
        [400, tick],
      ],
    )
    expect(state.status).toBe('running')
  })

  test('does not run while a person is waited for', () => {
    const plan = [step('message[0]', { conversation: true })]
    const { state } = play(
      plan,
      [
        [0, tick],
        [1, done('message[0]')],
        [1_000_000, tick],
      ],
      { conversation: true },
    )
    expect(state).toMatchObject({ status: 'waiting', deadlineAt: null, waiting: { for: 'input' } })
  })

  test('of a backoff counts as running and is not cut by the deadline', () => {
    const retry = { maxAttempts: 2, delayMs: 600_000, maxDelayMs: 600_000 }
    const { state } = play(
      [step('a', { retry })],
      [
        [0, tick],
        [1, failed('a', 1, { random: 0.99 })],
        [500, tick],
      ],
    )
    expect(state.status).toBe('running')
  })
})

describe('a command', () => {
  test('to cancel ends everything at once, and nothing starts after it', () => {
    const plan = [step('a'), step('b', { after: ['a'] })]
    const { facts, state } = play(plan, [
      [0, tick],
      [1, cancel],
      [2, done('a')],
      [3, tick],
      [4, cancel],
    ])
    expect(facts.slice(2)).toEqual(['step_canceled a', 'step_canceled b', 'canceled'])
    expect(state.usage.unknownAttempts).toBe(1)
  })

  test('to cancel reaches an execution that nobody has begun', () => {
    expect(play([step('a')], [[0, cancel]]).facts).toEqual(['step_canceled a', 'canceled'])
  })

  test('to stop a message ends only that message', () => {
    const stop: EngineInput = { type: 'command', command: { type: 'stop_step', stepKey: 'message[0]' } }
    const plan = [step('message[0]', { conversation: true })]
    const { facts } = play(
      plan,
      [
        [0, tick],
        [1, stop],
        [2, message('message[1]')],
      ],
      { conversation: true },
    )
    expect(facts.slice(2)).toEqual([
      'step_canceled message[0]',
      'waiting',
      'step_added message[1]',
      'resumed',
      'step_started message[1]',
    ])
  })

  test('to stop a step of a plan ends the plan as canceled', () => {
    const stop: EngineInput = { type: 'command', command: { type: 'stop_step', stepKey: 'a' } }
    const { state } = play(
      [step('a'), step('b', { after: ['a'] })],
      [
        [0, tick],
        [1, stop],
      ],
    )
    expect(state).toMatchObject({ status: 'canceled', error: { code: 'step.stopped' } })
  })

  test('to close ends a conversation that waits', () => {
    const close: EngineInput = { type: 'command', command: { type: 'close' } }
    const plan = [step('message[0]', { conversation: true })]
    expect(
      play(
        plan,
        [
          [0, tick],
          [1, close],
          [2, done('message[0]')],
          [3, close],
        ],
        { conversation: true },
      ).facts.slice(2),
    ).toEqual(['step_succeeded message[0]', 'waiting', 'succeeded'])
  })
})

describe('a conversation', () => {
  test('waits after each answer, and a failed message fails only itself', () => {
    const plan = [step('message[0]', { conversation: true })]
    const { facts, state } = play(
      plan,
      [
        [0, tick],
        [1, done('message[0]')],
        [2, message('message[1]')],
        [3, failed('message[1]', 1, { retryable: false })],
        [4, message('message[2]')],
        [5, done('message[2]')],
      ],
      { conversation: true },
    )
    expect(state.status).toBe('waiting')
    expect(facts.slice(-7)).toEqual([
      'step_failed message[1]',
      'waiting',
      'step_added message[2]',
      'resumed',
      'step_started message[2]',
      'step_succeeded message[2]',
      'waiting',
    ])
  })
})

describe('a conversation that waits', () => {
  const plan = [step('message[0]', { conversation: true })]
  const stop: EngineInput = { type: 'command', command: { type: 'stop_step', stepKey: 'message[0]' } }
  const close: EngineInput = { type: 'command', command: { type: 'close' } }
  const after = (...inputs: EngineInput[]) =>
    play(
      plan,
      inputs.map((input, second) => [second, input]),
      { conversation: true },
    ).state

  test('says why its last answer is not whole', () => {
    const error = { code: 'model.overloaded', message: 'Busy.' }
    expect(after(tick, failed('message[0]', 1, { retryable: false }))).toMatchObject({
      status: 'waiting',
      error,
    })
    expect(after(tick, stop)).toMatchObject({ status: 'waiting', error: { code: 'step.stopped' } })
  })

  test('says so no longer once it goes on, or is closed', () => {
    const broken = [tick, failed('message[0]', 1, { retryable: false })]
    expect(after(...broken, message('message[1]'))).toMatchObject({ status: 'running', error: null })
    expect(after(...broken, message('message[1]'), done('message[1]')).error).toBeNull()
    expect(after(...broken, close)).toMatchObject({ status: 'succeeded', error: null })
  })
})

describe('usage that becomes known late', () => {
  const late: EngineInput = { type: 'late_usage', stepKey: 'a', attempt: 1, usage: spent }

  test('is added after the end, once, with a new revision', () => {
    const { state, facts } = play(
      [step('a')],
      [
        [0, tick],
        [1, cancel],
        [2, late],
        [3, late],
      ],
    )
    expect(facts.slice(-2)).toEqual(['canceled', 'usage_recorded a'])
    expect(state).toMatchObject({
      status: 'canceled',
      usage: { unknownAttempts: 0, inputTokens: 10, costNanoUsd: '100' },
    })
  })

  test('of an attempt whose usage is known is not added again', () => {
    expect(
      play(
        [step('a')],
        [
          [0, tick],
          [1, done('a')],
          [2, late],
        ],
      ).facts.at(-1),
    ).toBe('succeeded')
  })
})

test('what storage refused fails the execution with the reason', () => {
  const broken: EngineInput = { type: 'broken', error: { code: 'storage.rejected', message: 'no' } }
  const { facts, state } = play(
    [step('a')],
    [
      [0, tick],
      [1, broken],
      [2, broken],
    ],
  )
  expect(facts.slice(2)).toEqual(['step_canceled a', 'failed'])
  expect(state.error).toEqual({ code: 'storage.rejected', message: 'no' })
})
