import { AppError } from '@quillworks/service-kit/errors'
import { type ExecutionResult, GraphQLError } from 'graphql'

function resultOf(error: unknown): ExecutionResult {
  const originalError = error instanceof Error ? error : new Error(String(error))
  const shown =
    error instanceof GraphQLError ? error : new GraphQLError(originalError.message, { originalError })
  return { errors: [shown] }
}

/** A failure at the beginning of a subscription, as its one result. */
export async function failureAsResult<T>(start: () => Promise<T>): Promise<T | ExecutionResult> {
  try {
    return await start()
  } catch (error) {
    if (error instanceof AppError || error instanceof GraphQLError) return resultOf(error)
    throw error
  }
}

/** A failure in the middle becomes a last result with its error, so that a client sees the reason and not a cut. */
export function failureAsLastResult(
  source: AsyncIterableIterator<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  let over = false
  const leave = async (): Promise<IteratorResult<ExecutionResult>> => {
    over = true
    await source.return?.()
    return { value: undefined, done: true }
  }
  return {
    async next() {
      if (over) return { value: undefined, done: true }
      try {
        const { value, done } = await source.next()
        return done ? { value: undefined, done: true } : { value, done: false }
      } catch (error) {
        over = true
        return { value: resultOf(error), done: false }
      }
    },
    return: leave,
    throw: leave,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
