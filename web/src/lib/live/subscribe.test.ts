import { describe, expect, test } from 'bun:test'
import { parse } from 'graphql'
import type { TypedDocumentNode } from '@urql/core'
import type { Failure } from '../graphql/failure.ts'
import { emptyText, mergeText, resumeFrom, type TextPiece } from '../text/text-stream.ts'
import { subscribeLive, type SubscriptionTransport } from './subscribe.ts'

type Sink = Parameters<SubscriptionTransport['subscribe']>[1]
interface Asked {
  variables: Record<string, unknown>
  extensions: unknown
  sink: Sink
  stopped: boolean
}

/** A transport whose rounds the test plays by hand; `asked(n)` waits for the nth subscribing. */
function handPlayed() {
  const rounds: Asked[] = []
  const waiters: { count: number; resolve: () => void }[] = []
  const transport: SubscriptionTransport = {
    subscribe(payload, sink) {
      const round: Asked = {
        variables: payload.variables ?? {},
        extensions: payload.extensions,
        sink,
        stopped: false,
      }
      rounds.push(round)
      for (const waiter of waiters) if (rounds.length >= waiter.count) waiter.resolve()
      return () => {
        round.stopped = true
      }
    },
  }
  async function asked(count: number): Promise<Asked> {
    if (rounds.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiters.push({ count, resolve })
      await promise
    }
    const round = rounds[count - 1]
    if (!round) throw new Error(`Round ${count} never came`)
    return round
  }
  return { transport, rounds, asked }
}

const document = parse('subscription Text { text }') as TypedDocumentNode<
  { piece: TextPiece },
  { fromAttempt: number; fromOffset: number }
>

function readText(transport: SubscriptionTransport) {
  let state = emptyText
  const finished = Promise.withResolvers<void>()
  const refused = Promise.withResolvers<Failure>()
  const end = subscribeLive({
    transport,
    document,
    variables: () => resumeFrom(state),
    random: () => 0,
    onRefused: (failure) => refused.resolve(failure),
    onData: ({ piece }) => {
      const result = mergeText(state, piece)
      state = result.state
      if (result.kind === 'gap') return 'restart'
      if (!state.done) return undefined
      finished.resolve()
      return 'finish'
    },
  })
  return { text: () => state.text, finished: finished.promise, refused: refused.promise, end }
}

test('a stream that the server completes is asked for again, unless it is over', async () => {
  const { transport, rounds, asked } = handPlayed()
  let over = false
  const end = subscribeLive({
    transport,
    document,
    variables: () => ({ fromAttempt: 0, fromOffset: 0 }),
    random: () => 0,
    onData: () => undefined,
    isOver: () => over,
  })
  ;(await asked(1)).sink.complete()
  const second = await asked(2)
  over = true
  second.sink.complete()
  expect(second.stopped).toBe(true)
  expect(rounds).toHaveLength(2)
  end()
})

const piece = (attempt: number, offset: number, text: string, done = false) => ({
  data: { piece: { attempt, offset, text, done } },
})

describe('a live subscription', () => {
  test('resumes at the end of its text after the stream completed or the socket closed', async () => {
    const { transport, asked, rounds } = handPlayed()
    const reader = readText(transport)
    const first = await asked(1)
    expect(first.variables).toEqual({ fromAttempt: 0, fromOffset: 0 })
    first.sink.next(piece(1, 0, 'The year '))
    first.sink.complete()
    const second = await asked(2)
    expect(second.variables).toEqual({ fromAttempt: 1, fromOffset: 9 })
    second.sink.next(piece(1, 4, 'year began'))
    second.sink.error(new Error('socket closed'))
    const third = await asked(3)
    expect(third.variables).toEqual({ fromAttempt: 1, fromOffset: 14 })
    third.sink.next(piece(1, 14, '.', true))
    await reader.finished
    expect(reader.text()).toBe('The year began.')
    expect(rounds).toHaveLength(3)
    expect(third.stopped).toBe(true)
  })

  test('asks again at once when characters are missing', async () => {
    const { transport, asked } = handPlayed()
    const reader = readText(transport)
    const first = await asked(1)
    first.sink.next(piece(1, 0, 'The'))
    first.sink.next(piece(1, 9, 'began'))
    const second = await asked(2)
    expect(first.stopped).toBe(true)
    expect(second.variables).toEqual({ fromAttempt: 1, fromOffset: 3 })
    first.sink.next(piece(1, 3, ' stale'))
    second.sink.next(piece(1, 3, ' year began', true))
    await reader.finished
    expect(reader.text()).toBe('The year began')
  })

  test('stops at a refusal and says which', async () => {
    const { transport, asked, rounds } = handPlayed()
    const reader = readText(transport)
    const first = await asked(1)
    first.sink.error([{ message: 'Not yours', extensions: { code: 'execution.not_found' } }] as never)
    expect((await reader.refused).code).toBe('execution.not_found')
    first.sink.complete()
    expect(rounds).toHaveLength(1)
  })

  test('asks again after a passing error of the server', async () => {
    const { transport, asked } = handPlayed()
    const reader = readText(transport)
    const first = await asked(1)
    first.sink.next({
      errors: [{ message: 'Executions is starting', extensions: { code: 'service.unavailable' } }],
    })
    const second = await asked(2)
    second.sink.next(piece(1, 0, 'Here', true))
    await reader.finished
    expect(reader.text()).toBe('Here')
  })

  test.each([
    ['its socket is refused', { code: 4403, reason: 'Forbidden' }],
    ['it is refused', [{ message: 'Sign in', extensions: { code: 'auth.unauthenticated' } }]],
  ])('waits while nobody is signed in, when %s, and then goes on where it was', async (_how, refusal) => {
    const { transport, asked, rounds } = handPlayed()
    const looked = Promise.withResolvers<void>()
    const back = Promise.withResolvers<void>()
    const reader = readText({
      ...transport,
      signedIn: () => {
        looked.resolve()
        return back.promise
      },
    })
    const first = await asked(1)
    first.sink.next(piece(1, 0, 'The year '))
    first.sink.error(refusal as never)
    await looked.promise
    first.sink.complete()
    first.sink.next(piece(1, 9, 'stale'))
    expect(rounds).toHaveLength(1)
    back.resolve()
    const second = await asked(2)
    expect(second.variables).toEqual({ fromAttempt: 1, fromOffset: 9 })
    second.sink.next(piece(1, 9, 'began.', true))
    await reader.finished
    expect(reader.text()).toBe('The year began.')
  })

  test('is silent once ended', async () => {
    const { transport, asked, rounds } = handPlayed()
    const reader = readText(transport)
    const first = await asked(1)
    reader.end()
    first.sink.next(piece(1, 0, 'late'))
    first.sink.complete()
    expect(first.stopped).toBe(true)
    expect(reader.text()).toBe('')
    expect(rounds).toHaveLength(1)
  })
})

test('what was missed is read once the server listens, each time it is asked anew', async () => {
  const { transport, rounds, asked } = handPlayed()
  const heard: string[] = []
  const end = subscribeLive({
    transport,
    document,
    variables: () => ({ fromAttempt: 0, fromOffset: 0 }),
    random: () => 0,
    onData: ({ piece }) => void heard.push(piece.text),
    onListening: () => void heard.push('listening'),
  })
  const listening = { data: null, extensions: { listening: true } }
  const first = await asked(1)
  first.sink.next(listening)
  first.sink.next({ data: { piece: { attempt: 1, offset: 0, text: 'a', done: false } } })
  first.sink.complete()
  const second = await asked(2)
  expect(heard).toEqual(['listening', 'a'])
  second.sink.next(listening)
  expect(heard).toEqual(['listening', 'a', 'listening'])
  expect(rounds.map(({ extensions }) => extensions)).toEqual([{ listening: true }, { listening: true }])
  end()
})
