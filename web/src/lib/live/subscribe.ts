import { stringifyDocument, type TypedDocumentNode } from '@urql/core'
import type { Sink, SubscribePayload } from 'graphql-ws'
import { Failure, toFailure } from '../graphql/failure.ts'
import { retryDelay } from './retry-delay.ts'

/** The part of a graphql-ws client that subscriptions need. */
export interface SubscriptionTransport {
  subscribe(
    payload: SubscribePayload,
    sink: Sink<{ data?: unknown; errors?: readonly unknown[]; extensions?: { listening?: boolean } }>,
  ): () => void
  /** Settles when asking can help again after the server said that nobody is signed in. */
  signedIn?(): Promise<void>
}

export interface LiveSubscription<Data, Variables> {
  transport: SubscriptionTransport
  document: TypedDocumentNode<Data, Variables>
  /** Asked anew at each subscribing, so that a stream resumes where it ended. */
  variables: () => Variables
  /** `restart` asks again at once (a gap), `finish` ends for good. */
  onData: (data: Data) => 'restart' | 'finish' | void
  /** Whether the server completes a stream because no more can come; else it is asked again. */
  isOver?: () => boolean
  /** The server refused for good: asking again cannot help. */
  onRefused?: (failure: Failure) => void
  /** Called each time from which on the server misses nothing: what is read after it, and what comes, is all. */
  onListening?: () => void
  random?: () => number
}

/** On the window: whoever pauses after failures asks again now. */
export const tryAgainEvent = 'quillworks-try-again'
const wakeUps = ['online', tryAgainEvent]

/** How the server closes a socket of nobody. */
const forbidden = 4403

function isForbidden(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === forbidden
}

const refusals = ['auth.', 'input.', 'execution.not_found']

/**
 * Keeps a subscription alive over closed sockets, restarted gateways and streams that the server completes: it asks
 * again, with a growing pause, until `finish`, a refusal, or the returned function ends it. While nobody is signed in
 * it waits.
 */
export function subscribeLive<Data, Variables>(live: LiveSubscription<Data, Variables>): () => void {
  let ended = false
  let failures = 0
  let stop: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0

  function end(): void {
    ended = true
    clearTimeout(timer)
    stop?.()
    for (const event of wakeUps) globalThis.removeEventListener?.(event, now)
  }

  function again(): void {
    if (ended) return
    clearTimeout(timer)
    timer = setTimeout(start, retryDelay(failures++, live.random ?? Math.random))
  }

  function now(): void {
    if (ended || timer === undefined) return
    clearTimeout(timer)
    start()
  }

  function start(): void {
    timer = undefined
    const mine = ++round
    const previous = stop
    stop = undefined
    previous?.()
    const over = () => {
      if (!ended && mine === round && timer === undefined) again()
    }
    stop = live.transport.subscribe(
      {
        query: stringifyDocument(live.document),
        variables: live.variables() as Record<string, unknown>,
        ...(live.onListening && { extensions: { listening: true } }),
      },
      {
        next: ({ data, errors, extensions }) => {
          if (ended || mine !== round) return
          if (errors?.length) return refused(errors)
          failures = 0
          if (extensions?.listening) return live.onListening?.()
          const answer = live.onData(data as Data)
          if (answer === 'finish') return end()
          if (answer === 'restart') start()
        },
        error: (error) => {
          if (ended || mine !== round) return
          if (Array.isArray(error)) refused(error)
          else if (isForbidden(error)) wait()
          else over()
        },
        complete: () => {
          if (mine === round && live.isOver?.()) end()
          else over()
        },
      },
    )
    if (ended) stop()
  }

  function refused(errors: readonly unknown[]): void {
    const failure = toFailure({ graphQLErrors: errors as never })
    if (failure.code === 'auth.unauthenticated' && live.transport.signedIn) return wait()
    if (!refusals.some((prefix) => failure.code.startsWith(prefix))) return again()
    end()
    live.onRefused?.(failure)
  }

  function wait(): void {
    round += 1
    stop?.()
    stop = undefined
    void (live.transport.signedIn?.() ?? Promise.resolve()).then(again)
  }

  for (const event of wakeUps) globalThis.addEventListener?.(event, now)
  start()
  return end
}
