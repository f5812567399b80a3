import { expect, test } from 'bun:test'
import type { Subscription } from 'nats'
import { textSubject, type TextFrame } from '../contract/live.ts'
import type { Clock } from './due-times.ts'
import { TextStreams } from './text-streams.ts'

interface Sent extends TextFrame {
  subject: string
  at: number
}

/** Streams on a clock that only `until` moves, and what they have sent. */
function begin() {
  let now = 0
  let timers: { at: number; work: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after: (ms, work) => void timers.push({ at: now + ms, work }),
  }
  const sent: Sent[] = []
  const nats = {
    isClosed: () => false,
    publish: (subject: string, frame: unknown) =>
      void sent.push({ ...(JSON.parse(String(frame)) as TextFrame), subject, at: now }),
    subscribe: () => ({ unsubscribe: () => {} }) as Subscription,
  }
  const until = async (time: number) => {
    await Promise.resolve()
    for (;;) {
      const next = timers.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      timers = timers.filter((timer) => timer !== next)
      now = Math.max(now, next.at)
      next.work()
      await Promise.resolve()
    }
    now = time
  }
  const streams = new TextStreams(nats, () => undefined, clock)
  const open = (executionId: string) =>
    streams.open({ organizationId: 'o', executionId, stepKey: 'a', attempt: 1 })
  return { open, sent, until }
}

test('the first text leaves at once, what follows within the window together, and text after a pause at once', async () => {
  const { open, sent, until } = begin()
  const stream = open('e')
  stream.push('a')
  stream.push('b')
  await until(5)
  stream.push('c')
  await until(10)
  stream.push('d')
  await until(100)
  stream.push('e')
  await until(200)
  expect(sent.map(({ at, offset, text }) => ({ at, offset, text }))).toEqual([
    { at: 0, offset: 0, text: 'ab' },
    { at: 16, offset: 2, text: 'cd' },
    { at: 100, offset: 4, text: 'e' },
  ])
})

test('the end takes along what waits, and says that it is the end', async () => {
  const { open, sent, until } = begin()
  const stream = open('e')
  stream.push('a')
  await until(1)
  stream.push('b')
  stream.end({ done: true })
  stream.push('too late')
  await until(100)
  expect(sent.map(({ text, done }) => ({ text, done }))).toEqual([
    { text: 'a', done: false },
    { text: 'b', done: true },
  ])
})

test('under load frames are fewer and leave together; every character leaves once, in order and in time', async () => {
  const { open, sent, until } = begin()
  const streams = Array.from({ length: 200 }, (_, index) => open(`e${index}`))
  // 10,000 pieces per second, spread evenly.
  for (let ms = 0; ms < 2_000; ms += 1) {
    await until(ms)
    for (let each = 0; each < 10; each += 1) streams[(ms * 10 + each) % 200]?.push(`${ms};`)
  }
  await until(2_200)
  const late = sent.filter(({ at }) => at > 1_000)
  expect(late.length).toBeLessThan(200 * 1.2 * 25)
  expect(new Set(late.map(({ at }) => at)).size).toBeLessThan(130)
  const waited = late.flatMap(({ at, text }) =>
    text
      .split(';')
      .slice(0, -1)
      .map((ms) => at - Number(ms)),
  )
  expect(Math.max(...waited)).toBeLessThanOrEqual(50)
  for (const [index, { text }] of streams.entries()) {
    const frames = sent.filter(({ subject }) => subject === textSubject('o', `e${index}`))
    expect(frames.map((frame) => frame.text).join('')).toBe(text)
    expect(
      frames.every(
        (frame, at) => frame.offset === (frames[at - 1]?.offset ?? 0) + (frames[at - 1]?.text.length ?? 0),
      ),
    ).toBe(true)
  }
})
