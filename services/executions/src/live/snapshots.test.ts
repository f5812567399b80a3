import { expect, test } from 'bun:test'
import { done, play, step, tick } from '../engine/engine.fixture.ts'
import { summaryOf } from '../engine/summary.ts'
import { answerSnapshot, type LiveOwner, type ReadableText } from './snapshots.ts'

const { state } = play(
  [step('a'), step('b'), step('c', { after: ['b'] })],
  [
    [0, tick],
    [1, done('a')],
    [2, { type: 'first_token', stepKey: 'b', attempt: 1, timeToFirstTokenMs: 5 }],
  ],
)
const owner: LiveOwner = { present: state, stored: async () => state }

function stream(stepKey: string, attempt: number): ReadableText {
  return {
    stepKey,
    partFrom: ({ offset }) => ({ stepKey, attempt, offset, text: 'text', done: false, length: offset + 4 }),
  }
}

function ask(request: unknown, of: LiveOwner | undefined, streams: ReadableText[]): Promise<unknown> {
  return new Promise((resolve) =>
    answerSnapshot({
      message: {
        json: () => request as never,
        respond: (body) => {
          resolve(JSON.parse(String(body)))
          return true
        },
      },
      owner: of,
      streams,
    }),
  )
}
const text = { ask: 'text', stepKey: null, attempt: 1, offset: 2 }
const { organizationId, ownerId, visibility, revision } = state
const answerOf = (stepKey: string, attempt: number) => ({
  organizationId,
  ownerId,
  visibility,
  revision,
  part: { stepKey, attempt, offset: 2, text: 'text', done: false, length: 6 },
})

test('a text is that of the asked step, else of the one that streams, by its newest attempt', async () => {
  const streams = [stream('a', 1), stream('b', 1), stream('b', 2)]
  expect(await ask({ ...text, stepKey: 'a' }, owner, streams)).toEqual(answerOf('a', 1))
  expect(await ask(text, owner, streams)).toEqual(answerOf('b', 2))
})

test('where nobody writes the text that is meant, the answer is that nobody here can say', async () => {
  expect(await ask({ ...text, stepKey: 'c' }, owner, [stream('b', 1)])).toBeNull()
  expect(await ask({ ...text, stepKey: 'nowhere' }, owner, [stream('b', 1)])).toBeNull()
  expect(await ask(text, owner, [stream('a', 1)])).toBeNull()
  expect(await ask(text, undefined, [stream('b', 1)])).toBeNull()
  for (const nonsense of [null, {}, { ...text, offset: -1 }, { ask: 'all' }])
    expect(await ask(nonsense, owner, [stream('b', 1)])).toBeNull()
})

test('a state is told only as it is stored', async () => {
  expect(await ask({ ask: 'state' }, owner, [])).toEqual({ organizationId, execution: summaryOf(state) })
  const unsure: LiveOwner = { present: state, stored: async () => undefined }
  expect(await ask({ ask: 'state' }, unsure, [])).toBeNull()
})
