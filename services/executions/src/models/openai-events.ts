import OpenAI from 'openai'
import { readEvents } from './server-sent-events.ts'
import type { WireCall } from './wire.ts'

/**
 * Reads the events of OpenAI's protocols: each one's JSON, until `[DONE]` or until `onEvent` answers true. An error among
 * them is thrown as the SDK does, JSON that is none as a `SyntaxError`.
 */
export function readOpenAiEvents<T>(
  response: Response,
  call: Pick<WireCall, 'signal' | 'onBytes'>,
  onEvent: (event: T) => boolean,
): Promise<void> {
  return readEvents(response, call, (name, data) => {
    if (data === '[DONE]') return true
    const event = JSON.parse(data) as (T & { error?: object }) | null
    if (name === 'error' || event?.error)
      throw new OpenAI.APIError(undefined, event?.error ?? event ?? {}, undefined, response.headers)
    return event !== null && onEvent(event)
  })
}
