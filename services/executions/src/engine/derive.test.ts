import { describe, expect, test } from 'bun:test'
import { decide } from './decide.ts'
import { forkOf, retryOf } from './derive.ts'
import { done, failed, play, startedAt, step, tick } from './engine.fixture.ts'
import { evolveAll } from './evolve.ts'
import type { EngineInput } from './inputs.ts'
import { inputRef, type ExecutionState } from './state.ts'

const deriving = {
  id: '01990000-0000-7000-8000-000000000002',
  runAs: {
    organizationId: '01990000-0000-7000-8000-00000000000a',
    projectId: '01990000-0000-7000-8000-00000000000b',
    userId: '01990000-0000-7000-8000-00000000000d',
    scopes: ['*'],
  },
  trigger: 'api',
  now: startedAt + 100_000,
}

const turn = (key: string) => step(key, { conversation: true })
const say = (n: number): EngineInput => ({
  type: 'command',
  command: { type: 'message', step: turn(`message[${n}]`) },
})
const again = (of: string, n: number): EngineInput => {
  const key = `${of}/again[${n}]`
  const plan = step(key, { conversation: true, replaces: of, inputRef: inputRef(of) })
  return { type: 'command', command: { type: 'regenerate', step: plan } }
}
const broken = (key: string) => failed(key, 1, { retryable: false })

/** message[0] answered twice, message[1] failed, message[2] answered, and whatever comes after. */
function conversation(more: [number, EngineInput][] = []): ExecutionState {
  const inputs: [number, EngineInput][] = [
    [0, tick],
    [1, done('message[0]')],
    [2, again('message[0]', 1)],
    [3, done('message[0]/again[1]')],
    [4, say(1)],
    [5, broken('message[1]')],
    [6, say(2)],
    [7, done('message[2]')],
    ...more,
  ]
  return play([turn('message[0]')], inputs, { conversation: true, visibility: 'organization' }).state
}

/** The new execution as it is stored: its first fact and what follows at once. */
function begun(derived: ReturnType<typeof forkOf>): ExecutionState {
  const first = evolveAll(null, [derived.created])
  const next = decide(first, tick, deriving.now)
  return next.length > 0 ? evolveAll(first, next) : first
}

const shapeOf = (state: ExecutionState) => [...state.steps.values()].map(({ key, status }) => [key, status])

describe('a fork', () => {
  test('takes over everything up to the message, waits for the next and has spent nothing', () => {
    const source = conversation()
    const derived = forkOf(source, deriving, 'message[2]')
    const state = begun(derived)
    expect(shapeOf(state)).toEqual([
      ['message[0]', 'succeeded'],
      ['message[0]/again[1]', 'succeeded'],
      ['message[1]', 'failed'],
      ['message[2]', 'succeeded'],
    ])
    expect(state).toMatchObject({
      status: 'waiting',
      waiting: { for: 'input' },
      ownerId: deriving.runAs.userId,
      visibility: 'organization',
      trigger: 'api',
      derivedFrom: { id: source.id, stepKey: 'message[2]', reason: 'fork' },
      usage: { inputTokens: null, outputTokens: null, costNanoUsd: null, unknownAttempts: 0 },
    })
    expect(state.steps.get('message[1]')?.error).toEqual(source.steps.get('message[1]')?.error ?? null)
    expect(derived.refs.toSorted()).toEqual([
      'input/message[0]',
      'input/message[1]',
      'input/message[2]',
      'output/message[0]#1',
      'output/message[0]/again[1]#1',
      'output/message[1]#1',
      'output/message[2]#1',
      'plan/input',
    ])
  })

  test('leaves out what came after the message, and answers of it that came after the one named', () => {
    const source = conversation()
    expect(shapeOf(begun(forkOf(source, deriving, 'message[0]')))).toEqual([['message[0]', 'succeeded']])
    expect(shapeOf(begun(forkOf(source, deriving, 'message[0]/again[1]')))).toEqual([
      ['message[0]', 'succeeded'],
      ['message[0]/again[1]', 'succeeded'],
    ])
    expect(begun(forkOf(source, deriving, 'message[1]'))).toMatchObject({ status: 'waiting' })
  })

  test('takes a message; the next one begins with a key that is free', () => {
    const state = begun(forkOf(conversation(), deriving, 'message[1]'))
    const next = decide(state, say(2), deriving.now)
    expect(next.map((event) => event.type)).toEqual(['step_added', 'resumed', 'step_started'])
  })

  test('without a key goes on after the last message that has ended', () => {
    const busy = conversation([[8, say(3)]])
    expect(forkOf(busy, deriving, null).created.header.derivedFrom?.stepKey).toBe('message[2]')
    const answeredAgain = conversation([
      [8, again('message[0]', 2)],
      [9, done('message[0]/again[2]')],
    ])
    const derived = forkOf(answeredAgain, deriving, null)
    expect(derived.created.header.derivedFrom?.stepKey).toBe('message[2]')
    expect(derived.created.steps.at(-1)?.key).toBe('message[0]/again[2]')
  })

  test('of a message still being answered is refused, of one before it is not', () => {
    const busy = conversation([[8, say(3)]])
    expect(() => forkOf(busy, deriving, 'message[3]')).toThrow('still being answered')
    expect(begun(forkOf(busy, deriving, 'message[2]')).status).toBe('waiting')
    const only = play([turn('message[0]')], [[0, tick]], { conversation: true }).state
    expect(() => forkOf(only, deriving, null)).toThrow('still being answered')
    const beingAnsweredAgain = conversation([[8, again('message[0]', 2)]])
    expect(shapeOf(begun(forkOf(beingAnsweredAgain, deriving, 'message[2]')))).toHaveLength(4)
  })

  test('of an unknown message, or of no conversation, is refused', () => {
    expect(() => forkOf(conversation(), deriving, 'message[9]')).toThrow('no such step')
    const once = play(
      [step('draft')],
      [
        [0, tick],
        [1, done('draft')],
      ],
    ).state
    expect(() => forkOf(once, deriving, 'draft')).toThrow('no conversation')
  })

  test('of a fork goes on like any other', () => {
    const first = begun(forkOf(conversation(), deriving, 'message[2]'))
    const derived = forkOf(first, { ...deriving, id: '01990000-0000-7000-8000-000000000003' }, 'message[1]')
    expect(shapeOf(begun(derived))).toEqual([
      ['message[0]', 'succeeded'],
      ['message[0]/again[1]', 'succeeded'],
      ['message[1]', 'failed'],
    ])
    expect(derived.created.header.derivedFrom?.id).toBe(first.id)
  })
})

describe('a retried conversation', () => {
  const cancel: EngineInput = { type: 'command', command: { type: 'cancel', reason: null } }

  test('answers only what its end cut off: an earlier failure stays as it was', () => {
    const state = begun(
      retryOf(
        conversation([
          [8, say(3)],
          [9, cancel],
        ]),
        deriving,
      ),
    )
    expect(shapeOf(state).slice(2)).toEqual([
      ['message[1]', 'failed'],
      ['message[2]', 'succeeded'],
      ['message[3]', 'running'],
    ])
  })

  test('that was canceled while it waited just waits again', () => {
    expect(begun(retryOf(conversation([[8, cancel]]), deriving)).status).toBe('waiting')
  })
})

test('a retried plan begins again with all that did not succeed', () => {
  const { state } = play(
    [step('a'), step('b', { after: ['a'] }), step('c', { after: ['b'] })],
    [
      [0, tick],
      [1, done('a')],
      [2, broken('b')],
    ],
  )
  expect(shapeOf(begun(retryOf(state, deriving)))).toEqual([
    ['a', 'succeeded'],
    ['b', 'running'],
    ['c', 'pending'],
  ])
})
