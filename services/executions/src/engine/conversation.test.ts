import { expect, test } from 'bun:test'
import type { StepStatus } from '../contract/status.ts'
import { conversationRequest, triesToBelieve } from './conversation.ts'
import { created, step } from './engine.fixture.ts'
import { evolve } from './evolve.ts'

const turn = (n: number, answer: string | null) => ({
  system: `system ${n}`,
  body: `body ${n}`,
  message: `message ${n}`,
  answer,
})

test('the first message is its body and its message', () => {
  expect(conversationRequest([], turn(0, null))).toEqual({
    system: 'system 0',
    messages: [{ role: 'user', content: 'body 0\n\nmessage 0' }],
  })
  expect(conversationRequest([], { ...turn(0, null), message: '' }).messages).toEqual([
    { role: 'user', content: 'body 0' },
  ])
})

test('later messages carry their own system text and body, and never those of earlier ones', () => {
  const { system, messages } = conversationRequest([turn(0, 'answer 0'), turn(1, 'answer 1')], turn(2, null))
  expect(system).toBe('system 2')
  expect(messages).toEqual([
    { role: 'user', content: 'body 2\n\nmessage 0' },
    { role: 'assistant', content: 'answer 0' },
    { role: 'user', content: 'message 1' },
    { role: 'assistant', content: 'answer 1' },
    { role: 'user', content: 'message 2' },
  ])
})

test('a message without an answer stays what was said, also the first', () => {
  const { messages } = conversationRequest([turn(0, null), turn(1, 'answer 1')], turn(2, null))
  expect(messages).toEqual([
    { role: 'user', content: 'body 2\n\nmessage 0' },
    { role: 'user', content: 'message 1' },
    { role: 'assistant', content: 'answer 1' },
    { role: 'user', content: 'message 2' },
  ])
  // Providers refuse an answer of nothing.
  for (const nothing of [null, '', ' \n']) {
    expect(conversationRequest([turn(0, nothing)], turn(1, null)).messages).toEqual([
      { role: 'user', content: 'body 1\n\nmessage 0' },
      { role: 'user', content: 'message 1' },
    ])
  }
})

/** Which tries of one message are believed, the oldest being 0; each is given by how it stands. */
function believed(statuses: StepStatus[]): number[] {
  const keys = statuses.map((_, n) => (n === 0 ? 'message[0]' : `message[0]/again[${n}]`))
  const plans = ['message[0]', 'message[1]', ...keys.slice(1)].map((key) =>
    step(key, { conversation: true, replaces: key.includes('/') ? 'message[0]' : null }),
  )
  const state = evolve(null, created(plans, { conversation: true }))
  const steps = new Map(
    [...state.steps].map(([key, each]) => [
      key,
      { ...each, status: statuses[keys.indexOf(key)] ?? ('succeeded' as const) },
    ]),
  )
  const message = steps.get('message[0]')
  if (!message) throw new Error('There is no message.')
  return triesToBelieve({ ...state, steps }, message).map(({ key }) => keys.indexOf(key))
}

test.each([
  [['succeeded'], [0]],
  [['canceled'], [0]],
  [['failed'], [0]],
  [['timed_out'], [0]],
  [['running'], []],
  [['succeeded', 'succeeded'], [1]],
  [['canceled', 'succeeded'], [1]],
  [['failed', 'succeeded'], [1]],
  [
    ['succeeded', 'canceled'],
    [1, 0],
  ],
  [['succeeded', 'failed'], [0]],
  [
    ['succeeded', 'timed_out', 'canceled', 'failed'],
    [2, 0],
  ],
  [['succeeded', 'running'], [0]],
  [
    ['canceled', 'failed'],
    [1, 0],
  ],
  [
    ['failed', 'canceled', 'pending'],
    [1, 0],
  ],
] satisfies [StepStatus[], number[]][])('of tries that ended %j, believes %j', (statuses, tries) => {
  expect(believed(statuses)).toEqual(tries)
})
