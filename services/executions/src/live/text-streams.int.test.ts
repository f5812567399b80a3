import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connectNats } from '@quillworks/messaging/connect'
import { startTestNats } from '@quillworks/testing/nats'
import { textSubject, type TextFrame } from '../contract/live.ts'
import { snapshotSubject, type SnapshotRequest, type TextSnapshot } from '../contract/snapshot.ts'
import { play, step } from '../engine/engine.fixture.ts'
import { TextStreams } from './text-streams.ts'

const { state } = play([step('a')], [])
const at = { organizationId: 'o', executionId: 'e', stepKey: 'a', attempt: 1 }
// Each takes six bytes as JSON, so that a part counted in characters alone would not fit.
const long = '\u0001'.repeat(3 * 1024 * 1024)

let nats: Awaited<ReturnType<typeof startTestNats>>
let connection: Awaited<ReturnType<typeof connectNats>>
beforeAll(async () => {
  nats = await startTestNats()
  const grants = { publish: ['>'], subscribe: ['>'] }
  connection = await connectNats({ url: nats.url, secret: nats.secret, name: 'test', grants })
})
afterAll(async () => {
  await connection.close()
  await nats.close()
})

test('3 MiB go out and are given to who comes late, in parts that a message holds', async () => {
  const frames: TextFrame[] = []
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  connection.subscribe(textSubject('o', 'e'), {
    callback: (_error, message) => {
      const frame = message.json<TextFrame>()
      frames.push(frame)
      if (frame.done) resolve()
    },
  })
  const owner = { present: state, stored: async () => state }
  const stream = new TextStreams(connection, () => owner).open(at)
  stream.push(long)

  let text = ''
  let length = Infinity
  while (text.length < length) {
    const request: SnapshotRequest = { ask: 'text', stepKey: 'a', attempt: 1, offset: text.length }
    const answer = await connection.request(snapshotSubject('o', 'e'), JSON.stringify(request), {
      timeout: 20_000,
    })
    const { part } = answer.json<TextSnapshot>()
    expect(part).toMatchObject({ offset: text.length, attempt: 1, done: false })
    text += part.text
    length = part.length
  }
  expect(text === long).toBe(true)

  stream.end({ done: true })
  await ended
  expect(frames.map(({ text }) => text).join('') === long).toBe(true)
  expect(frames.filter(({ done }) => done)).toHaveLength(1)
  let next = 0
  for (const { offset, text } of frames) {
    expect(offset).toBe(next)
    next += text.length
  }
})
