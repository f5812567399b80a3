import type { ExecutionResult } from 'graphql'

/**
 * What a client puts into the extensions of a subscription, `{"listening": true}`, and gets back in those of one answer
 * without data as soon as nothing that happens is missed any more: what it reads after that, and what is pushed, is all.
 */
const listening = { listening: true } as const

export function asksForListening(extensions: Record<string, unknown> | null | undefined): boolean {
  return extensions?.['listening'] === true
}

/** The subscription's answers, after one that tells that it listens. Not a generator: ending it never waits for the next. */
export function toldListening(
  answers: AsyncIterable<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  const inner = answers[Symbol.asyncIterator]()
  let told = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next() {
      if (told) return inner.next()
      told = true
      return Promise.resolve({ done: false, value: { data: null, extensions: listening } })
    },
    return: (value) => inner.return?.(value) ?? Promise.resolve({ done: true, value: undefined }),
  }
}
