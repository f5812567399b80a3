import { createParser } from 'eventsource-parser'
import type { WireCall } from './wire.ts'

/** One event; true says that nothing after it matters. */
type OnEvent = (name: string | null, data: string) => boolean

/**
 * Splits text, in whatever pieces it comes, into server-sent events; one that the end of the stream completes counts.
 * `push` and `end` are true once an event was the last that matters: nothing is heard after it.
 */
export function eventParser(onEvent: OnEvent): { push: (text: string) => boolean; end: () => boolean } {
  let over = false
  const parser = createParser({
    onEvent: ({ event, data }) => {
      over ||= onEvent(event ?? null, data)
    },
  })
  const push = (text: string) => {
    parser.feed(text)
    return over
  }
  return { push, end: () => push('\n\n') }
}

/** How long the rest of an answer may take that is whole already, so that its connection can be used again. */
const drainMs = 1_000

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), drainMs)
  try {
    while (!(await reader.read()).done);
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Reads an answer's events, all of one read in one turn of the event loop, until one is the last that matters, the
 * stream ends, or the signal fires. Rejects where the connection breaks, and with what `onEvent` throws.
 */
export async function readEvents(
  response: Response,
  { signal, onBytes }: Pick<WireCall, 'signal' | 'onBytes'>,
  onEvent: OnEvent,
): Promise<void> {
  if (response.body === null) return
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader()
  const cancel = () => void reader.cancel().catch(() => undefined)
  signal.addEventListener('abort', cancel, { once: true })
  const parser = eventParser((name, data) => signal.aborted || onEvent(name, data))
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) {
        if (!signal.aborted) parser.end()
        return
      }
      onBytes(value.byteLength)
      if (signal.aborted) return
      if (parser.push(decoder.decode(value, { stream: true }))) {
        void drain(reader).catch(() => undefined)
        return
      }
    }
  } catch (error) {
    cancel()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
