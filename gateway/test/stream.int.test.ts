import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { newId } from '@quillworks/service-kit/ids'
import { z } from 'zod'
import { summaryOf } from './fake-executions.ts'
import { type Answer, startTestGateway, type TestGateway } from './gateway.ts'
import { type Follower, followEvents, openSocket } from './subscriptions.ts'
import { until } from './until.ts'

let gateway: TestGateway
let socket: ReturnType<typeof openSocket>
beforeAll(async () => {
  gateway = await startTestGateway({ watchIntervals: { compareMs: 500, accessMs: 500 } })
  socket = openSocket(gateway)
})
afterAll(async () => {
  await socket.close()
  await gateway.close()
})
afterEach(() => until(() => gateway.openSubscriptions() === 0))

const query = `subscription ($id: ID!, $stepKey: String, $fromAttempt: Int, $fromOffset: Int) {
  executionStream(id: $id, stepKey: $stepKey, fromAttempt: $fromAttempt, fromOffset: $fromOffset) {
    stepKey attempt offset text done
  }
}`
const stepKey = 'message[0]'
const frameSchema = z.object({
  stepKey: z.string(),
  attempt: z.number(),
  offset: z.number(),
  text: z.string(),
  done: z.boolean(),
})

function frameOf(answer: Answer) {
  return z.object({ executionStream: frameSchema }).parse(answer.data).executionStream
}
function textOf(follower: Follower): string {
  return follower.received.map((answer) => frameOf(answer).text).join('')
}
function add(status = 'streaming', output: unknown = null, attempt = 1): string {
  const { userId, projectId, organizationId } = gateway.owner
  const summary = summaryOf({ ownerId: userId, projectId })
  return gateway.executions.add(organizationId, summary, [{ key: stepKey, status, attempt, output }])
}
function frame(offset: number, text: string, over: { done?: boolean; attempt?: number } = {}) {
  return { stepKey, attempt: over.attempt ?? 1, offset, text, done: over.done ?? false }
}

describe('executionStream', () => {
  test('joins in the middle: what was written before, then what comes, to the end', async () => {
    const id = add()
    gateway.executions.remember(id, frame(0, 'Once '))
    const stop = gateway.executions.answerSnapshots(id)
    await gateway.publisher.flush()
    const follower = socket.follow(query, { id })
    expect(frameOf(await follower.next())).toEqual(frame(0, 'Once '))
    gateway.executions.frame(id, frame(5, 'upon '))
    gateway.executions.frame(id, frame(10, 'a time.'))
    gateway.executions.frame(id, frame(17, '', { done: true }))
    expect(await follower.ended).toBe('complete')
    expect(textOf(follower)).toBe('Once upon a time.')
    expect(frameOf(follower.received.at(-1) ?? {}).done).toBe(true)
    stop()
  })

  test('loses and repeats nothing while frames fly during the join', async () => {
    const id = add()
    const stop = gateway.executions.answerSnapshots(id)
    const text = Array.from({ length: 400 }, (_, index) => `${index} `).join('')
    const followers: Follower[] = []
    for (let offset = 0; offset < text.length; offset += 7) {
      gateway.executions.frame(id, frame(offset, text.slice(offset, offset + 7)))
      if (followers.length < 20) followers.push(socket.follow(query, { id }))
      await gateway.publisher.flush()
    }
    gateway.executions.frame(id, frame(text.length, '', { done: true }))
    for (const follower of followers) {
      await follower.ended
      expect(textOf(follower)).toBe(text)
    }
    stop()
  })

  test('goes on at the offset of a client that comes back', async () => {
    const id = add()
    gateway.executions.remember(id, frame(0, 'Hello world'))
    const stop = gateway.executions.answerSnapshots(id)
    await gateway.publisher.flush()
    const same = socket.follow(query, { id, fromAttempt: 1, fromOffset: 6 })
    const older = socket.follow(query, { id, fromAttempt: 0, fromOffset: 6 })
    expect(frameOf(await same.next())).toEqual(frame(6, 'world'))
    expect(frameOf(await older.next())).toEqual(frame(0, 'Hello world'))
    same.stop()
    older.stop()
    stop()
  })

  test('asks again when a frame was lost', async () => {
    const id = add()
    const stop = gateway.executions.answerSnapshots(id)
    const follower = socket.follow(query, { id })
    await until(() => gateway.openSubscriptions() === 1)
    gateway.executions.frame(id, frame(0, 'one '))
    await follower.next()
    gateway.executions.remember(id, frame(4, 'two '))
    gateway.executions.frame(id, frame(8, 'three', { done: true }))
    await follower.ended
    expect(textOf(follower)).toBe('one two three')
    stop()
  })

  test('begins a new attempt at 0 and drops what still comes of the old one', async () => {
    const id = add()
    const stop = gateway.executions.answerSnapshots(id)
    const follower = socket.follow(query, { id })
    await until(() => gateway.openSubscriptions() === 1)
    gateway.executions.frame(id, frame(0, 'first try'))
    await follower.next()
    gateway.executions.frame(id, frame(0, 'second', { attempt: 2 }))
    gateway.publisher.publish(
      `qw-live.${gateway.owner.organizationId}.${id}.text`,
      JSON.stringify(frame(9, ' more')),
    )
    gateway.executions.frame(id, frame(6, ' try', { attempt: 2, done: true }))
    await follower.ended
    expect(
      follower.received.map((answer) => [
        frameOf(answer).attempt,
        frameOf(answer).offset,
        frameOf(answer).text,
      ]),
    ).toEqual([
      [1, 0, 'first try'],
      [2, 0, 'second'],
      [2, 6, ' try'],
    ])
    stop()
  })

  test('of a step that has ended gives its stored text and ends', async () => {
    const id = add('succeeded', { text: 'All of it' }, 3)
    const follower = socket.follow(query, { id })
    expect(await follower.ended).toBe('complete')
    expect(follower.received.map(frameOf)).toEqual([
      { stepKey, attempt: 3, offset: 0, text: 'All of it', done: true },
    ])
    const resumed = socket.follow(query, { id, stepKey, fromAttempt: 3, fromOffset: 9 })
    await resumed.ended
    expect(resumed.received.map(frameOf)).toEqual([{ stepKey, attempt: 3, offset: 9, text: '', done: true }])
  })

  test('ends with the step, though its last frames never came', async () => {
    const id = add()
    const follower = socket.follow(query, { id })
    await until(() => gateway.openSubscriptions() === 1)
    gateway.executions.frame(id, frame(0, 'Half '))
    await follower.next()
    const step = { key: stepKey, status: 'succeeded', attempt: 1, output: 'Half and half' }
    gateway.executions.change(id, { status: 'succeeded' }, { past: 'step_succeeded', step })
    await follower.ended
    expect(textOf(follower)).toBe('Half and half')
  })

  test('ends with the step, though neither frame nor event came', async () => {
    const id = add()
    const follower = socket.follow(query, { id })
    await until(() => gateway.openSubscriptions() === 1)
    const step = { key: stepKey, status: 'failed', attempt: 1, output: null }
    gateway.executions.change(id, { status: 'failed' }, { quiet: true, step })
    await follower.ended
    expect(follower.received.map(frameOf)).toEqual([frame(0, '', { done: true })])
  })

  test('stays open without a writer and goes on when one is back', async () => {
    const id = add()
    const follower = socket.follow(query, { id })
    await until(() => gateway.openSubscriptions() === 1)
    gateway.executions.remember(id, frame(0, 'taken ', { attempt: 2 }))
    const stop = gateway.executions.answerSnapshots(id)
    gateway.executions.frame(id, frame(6, 'over', { attempt: 2, done: true }))
    await follower.ended
    expect(textOf(follower)).toBe('taken over')
    stop()
  })

  test('of a client that says to have more than there is ends where that client stands', async () => {
    const id = add('succeeded', { text: 'All of it' }, 3)
    const follower = socket.follow(query, { id, stepKey, fromAttempt: 3, fromOffset: 1_000 })
    expect(await follower.ended).toBe('complete')
    expect(follower.received.map(frameOf)).toEqual([frame(1_000, '', { attempt: 3, done: true })])
  })

  // Pairs of UTF-16 units at odd places: no part may end inside of one.
  const long = `x${'🪶'.repeat(100)}${'word '.repeat(620_000)}🪶`

  test('gives a late subscriber of 3 MiB that are being written every character once', async () => {
    const id = add()
    for (let offset = 0; offset < long.length; offset += 50_001) {
      gateway.executions.remember(id, frame(offset, long.slice(offset, offset + 50_001)))
    }
    const stop = gateway.executions.answerSnapshots(id)
    await gateway.publisher.flush()
    const followers = [
      socket.follow(query, { id }),
      socket.follow(query, { id, fromAttempt: 1, fromOffset: 7 }),
    ]
    await Promise.all(followers.map((follower) => follower.next()))
    gateway.executions.frame(id, frame(long.length, ' and more'))
    gateway.executions.frame(id, frame(long.length + 9, '', { done: true }))
    for (const follower of followers) expect(await follower.ended).toBe('complete')
    const [all, rest] = followers.map(textOf)
    expect(all === `${long} and more`).toBe(true)
    expect(rest === `${long} and more`.slice(7)).toBe(true)
    stop()
  })

  test('gives 3 MiB that are stored whole, in parts', async () => {
    const id = add('succeeded', long)
    const follower = socket.follow(query, { id })
    expect(await follower.ended).toBe('complete')
    expect(textOf(follower) === long).toBe(true)
    expect(follower.received.filter((answer) => frameOf(answer).done)).toHaveLength(1)
    expect(follower.received.length).toBeGreaterThan(20)
  })

  test('serves programs by server-sent events alike', async () => {
    const id = add()
    gateway.executions.remember(id, frame(0, 'Hello', { done: true }))
    const stop = gateway.executions.answerSnapshots(id)
    await gateway.publisher.flush()
    const follower = await followEvents(gateway, {
      query,
      variables: { id },
      headers: { cookie: gateway.cookie },
    })
    expect(await follower.ended).toBe('complete')
    expect(textOf(follower)).toBe('Hello')
    stop()
  })

  test('of a foreign execution or an unknown step is not found', async () => {
    const code = async (variables: Record<string, unknown>) =>
      (await socket.follow(query, variables).next()).errors?.[0]?.extensions['code']
    expect(await code({ id: newId() })).toBe('execution.not_found')
    expect(await code({ id: add(), stepKey: 'nowhere' })).toBe('step.not_found')
  })
})
