import type { z } from 'zod'
import { CommandError } from '../command-error.ts'
import type { Connection } from './connection.ts'
import { errorOf, isPassing, post, readAnswer, responseSchema, UnreachableError } from './graphql.ts'
import { type Interruption, pause, pauseMs } from './pause.ts'
import { readEvents } from './sse.ts'

/** Nothing, not even a heartbeat (every 5 s), for this long means that the connection is dead. */
const silenceMs = 20_000

/** One connection of a subscription: yields until the server completes it, throws when it breaks off. */
async function* subscribeOnce(input: {
  connection: Connection
  query: string
  variables: Record<string, unknown>
  signal: AbortSignal
  silenceMs: number
  onHeard: () => void
}): AsyncGenerator<Record<string, unknown>> {
  const { connection } = input
  const silence = new AbortController()
  const signal = AbortSignal.any([input.signal, silence.signal])
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(), input.silenceMs)
  }
  heard()
  try {
    const response = await post({ ...input, accept: 'text/event-stream', signal })
    const type = response.headers.get('content-type') ?? ''
    if (!type.includes('text/event-stream') || !response.body) {
      const answer = await readAnswer(response, connection.url)
      throw answer.errors?.length
        ? errorOf(answer.errors)
        : new UnreachableError(`${connection.url} gave no stream of events.`)
    }
    for await (const { event, data } of readEvents(response.body)) {
      heard()
      input.onHeard()
      if (event === 'complete') return
      if (event !== 'next' || data === '') continue
      const parsed = responseSchema.parse(JSON.parse(data))
      if (parsed.errors && parsed.errors.length > 0) throw errorOf(parsed.errors)
      if (parsed.data) yield parsed.data
    }
    throw new UnreachableError(`The connection to ${connection.url} was cut.`)
  } catch (error) {
    if (input.signal.aborted) return
    if (silence.signal.aborted) throw new UnreachableError(`${connection.url} fell silent.`, error)
    if (error instanceof TypeError || (error instanceof Error && 'code' in error && error.name === 'Error')) {
      throw new UnreachableError(`The connection to ${connection.url} was cut.`, error)
    }
    throw error
  } finally {
    clearTimeout(timer)
    silence.abort()
  }
}

/**
 * Subscribes and stays subscribed: after a cut, a silence or a passing failure it subscribes again with what
 * `variables` says then, so that the caller resumes where it stands. Gives up with the last failure when the
 * gateway stays away for `giveUpAfterMs`; a refusal (a missing row, a missing scope) is thrown at once. Ends when the server completes
 * and `isComplete` agrees, or when `signal` aborts.
 */
export async function* subscribe<S extends z.ZodType>(input: {
  connection: Connection
  query: string
  variables: () => Record<string, unknown>
  schema: S
  signal: AbortSignal
  giveUpAfterMs: number
  isComplete: () => boolean
  onInterruption?: (interruption: Interruption) => void
  silenceMs?: number
}): AsyncGenerator<z.output<S>> {
  let attempt = 0
  let downSince: number | undefined
  while (!input.signal.aborted) {
    let reason: CommandError
    try {
      const once = subscribeOnce({
        connection: input.connection,
        query: input.query,
        variables: input.variables(),
        signal: input.signal,
        silenceMs: input.silenceMs ?? silenceMs,
        onHeard: () => {
          downSince = undefined
        },
      })
      for await (const data of once) {
        attempt = 0
        yield input.schema.parse(data)
        if (input.signal.aborted) return
      }
      if (input.signal.aborted || input.isComplete()) return
      reason = new UnreachableError(`${input.connection.url} ended the stream.`)
    } catch (error) {
      if (!isPassing(error) && !isInside(error)) throw error
      reason = error
    }
    attempt += 1
    downSince ??= performance.now()
    if (performance.now() - downSince >= input.giveUpAfterMs) {
      throw new UnreachableError(
        `${reason.message} It was tried again for ${Math.round(input.giveUpAfterMs / 1_000)} s.`,
        reason,
      )
    }
    input.onInterruption?.({ reason, attempt })
    await pause(pauseMs(attempt, reason.retryAfterSeconds), input.signal)
  }
}

/** A masked failure while a service restarts; a subscription has no effects, so trying again does no harm. */
function isInside(error: unknown): error is CommandError {
  return error instanceof CommandError && error.code === 'internal'
}
