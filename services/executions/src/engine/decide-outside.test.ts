import { describe, expect, test } from 'bun:test'
import { play, startedAt, step, tick } from './engine.fixture.ts'
import type { EngineInput } from './inputs.ts'

const at = (seconds: number) => startedAt + seconds * 1_000

const accepted = (stepKey: string, until: number, attempt = 1): EngineInput => ({
  type: 'attempt_accepted',
  stepKey,
  attempt,
  until: at(until),
})
const heartbeat = (stepKey: string, until: number, attempt = 1): EngineInput => ({
  type: 'heartbeat',
  stepKey,
  attempt,
  until: at(until),
})
const completed = (stepKey: string, attempt = 1): EngineInput => ({
  type: 'attempt_completed',
  stepKey,
  attempt,
  failure: null,
  random: 0,
})
const broken = (stepKey: string, retryable: boolean): EngineInput => ({
  type: 'attempt_completed',
  stepKey,
  attempt: 1,
  failure: { error: { code: 'scan.failed', message: 'No.' }, retryable },
  random: 0,
})
const takeover: EngineInput = { type: 'takeover' }
const call = (key: string, more: object = {}) => step(key, { kind: 'call', model: null, ...more })

describe('an accepted attempt', () => {
  test('lets the execution wait, and its completion lets it go on', () => {
    const plan = [call('scan'), step('sum', { after: ['scan'] })]
    const { facts, state } = play(plan, [
      [0, tick],
      [1, accepted('scan', 60)],
      [30, completed('scan')],
      [31, takeover],
    ])
    expect(facts).toEqual([
      'started',
      'step_started scan',
      'step_accepted scan',
      'waiting',
      'resumed',
      'step_succeeded scan',
      'step_started sum',
    ])
    expect(state).toMatchObject({ status: 'running', waiting: null })
    expect(state.steps.get('scan')).toMatchObject({ status: 'succeeded', outputRef: 'output/scan#1' })
  })

  test('waits for the worker whose time comes first, and says until when', () => {
    const { state } = play(
      [call('slow'), call('quick')],
      [
        [0, tick],
        [1, accepted('slow', 90)],
        [2, accepted('quick', 20)],
      ],
    )
    const waiting = { for: 'event', stepKey: 'quick', since: at(2), until: at(20) }
    expect(state).toMatchObject({ status: 'waiting', waiting, deadlineAt: null })
  })

  test('is not lost with its owner, as others are', () => {
    const { facts, state } = play(
      [call('scan'), step('draft')],
      [
        [0, tick],
        [1, accepted('scan', 60)],
        [2, takeover],
      ],
    )
    expect(facts.slice(-2)).toEqual(['step_lost draft', 'step_started draft'])
    expect(state.steps.get('scan')).toMatchObject({ attempt: 1, status: 'waiting' })
  })

  test('lets the execution run while there is anything else to do', () => {
    const { state } = play(
      [call('scan'), step('draft')],
      [
        [0, tick],
        [1, accepted('scan', 60)],
      ],
    )
    expect(state.status).toBe('running')
    expect(
      play(
        [call('scan'), step('text', { kind: 'template' })],
        [
          [0, tick],
          [1, accepted('scan', 60)],
        ],
      ).state.status,
    ).toBe('running')
  })

  test('counts as failed when its time is missed, and its late completion as nothing', () => {
    const { facts, state } = play(
      [call('scan')],
      [
        [0, tick],
        [1, accepted('scan', 60)],
        [60, completed('scan')],
        [61, takeover],
        [62, completed('scan', 1)],
        [63, completed('scan', 2)],
        [64, takeover],
      ],
    )
    expect(facts.slice(4)).toEqual([
      'resumed',
      'step_retried scan',
      'step_started scan',
      'step_succeeded scan',
      'succeeded',
    ])
    expect(state.steps.get('scan')).toMatchObject({ failures: 1, attempt: 2 })
  })

  test('ends the step once its attempts are used up', () => {
    const { state } = play(
      [call('scan', { retry: { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 } })],
      [
        [0, tick],
        [1, accepted('scan', 60)],
        [61, takeover],
      ],
    )
    expect(state).toMatchObject({ status: 'failed', error: { code: 'step.timed_out' } })
    expect(state.error?.message).toContain('was heard of')
  })

  test('is given up at the limit of its step, however often its worker is heard of', () => {
    const { state } = play(
      [call('scan', { timeoutMs: 100_000, retry: { maxAttempts: 1, delayMs: 0, maxDelayMs: 0 } })],
      [
        [0, tick],
        [1, accepted('scan', 60)],
        [50, heartbeat('scan', 500)],
      ],
    )
    expect(state.waiting?.until).toBe(at(100))
    expect(state.steps.get('scan')?.open?.until).toBe(at(100))
  })

  test('is completed by its worker before it was noted as accepted', () => {
    const { state } = play(
      [call('scan')],
      [
        [0, tick],
        [1, completed('scan')],
        [2, accepted('scan', 60)],
      ],
    )
    expect(state.status).toBe('succeeded')
  })

  test('fails with the code of its worker, again by the policy of the step', () => {
    const inputs: [number, EngineInput][] = [
      [0, tick],
      [1, accepted('scan', 60)],
    ]
    const retried = play([call('scan')], [...inputs, [2, broken('scan', true)], [3, takeover]])
    expect(retried.facts.slice(-3)).toEqual(['resumed', 'step_retried scan', 'step_started scan'])
    const failed = play([call('scan')], [...inputs, [2, broken('scan', false)], [3, takeover]])
    expect(failed.state).toMatchObject({ status: 'failed', error: { code: 'scan.failed' } })
  })

  test('ends with its execution, and with a stop of its step', () => {
    const inputs: [number, EngineInput][] = [
      [0, tick],
      [1, accepted('scan', 60)],
    ]
    const cancel: EngineInput = { type: 'command', command: { type: 'cancel', reason: null } }
    const canceled = play([call('scan')], [...inputs, [2, cancel], [3, completed('scan')]])
    expect(canceled.state.status).toBe('canceled')
    expect(canceled.last).toEqual([])
    const stop: EngineInput = { type: 'command', command: { type: 'stop_step', stepKey: 'scan' } }
    expect(play([call('scan')], [...inputs, [2, stop]]).state).toMatchObject({ status: 'canceled' })
  })
})

describe('a heartbeat', () => {
  test('lets a waiting execution wait for longer, never for less, and not for next to nothing more', () => {
    const inputs: [number, EngineInput][] = [
      [0, tick],
      [1, accepted('scan', 60)],
    ]
    const longer = play([call('scan')], [...inputs, [30, heartbeat('scan', 120)]])
    expect(longer.facts.slice(-2)).toEqual(['step_accepted scan', 'waiting'])
    expect(longer.state.waiting).toEqual({ for: 'event', stepKey: 'scan', since: at(1), until: at(120) })
    expect(play([call('scan')], [...inputs, [30, heartbeat('scan', 40)]]).last).toEqual([])
    expect(play([call('scan')], [...inputs, [30, heartbeat('scan', 60.5)]]).last).toEqual([])
  })

  test('brings nothing back: neither an attempt whose time has come nor one that is over', () => {
    const inputs: [number, EngineInput][] = [
      [0, tick],
      [1, accepted('scan', 60)],
    ]
    expect(play([call('scan')], [...inputs, [60, heartbeat('scan', 120)]]).last).toEqual([])
    expect(play([call('scan')], [...inputs, [2, heartbeat('scan', 120, 2)]]).last).toEqual([])
  })
})
