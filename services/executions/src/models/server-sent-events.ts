import type { WireCall } from './wire.ts'

/** One event; true says that nothing after it matters. */
type OnEvent = (name: string | null, data: string) => boolean

/**
 * Splits text, in whatever pieces it comes, into server-sent events by the rules of HTML's event streams, except that an
 * event which the end of the stream completes counts. `push` and `end` are true once an event was the last that matters.
 */
export function eventParser(onEvent: OnEvent): { push: (text: string) => boolean; end: () => boolean } {
  let rest = ''
  let endsInCr = false
  let name: string | null = null
  let data: string[] = []

  function dispatch(): boolean {
    if (name === null && data.length === 0) return false
    const event = { name, data: data.length === 1 ? (data[0] ?? '') : data.join('\n') }
    name = null
    data = []
    return onEvent(event.name, event.data)
  }

  function take(line: string): boolean {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') data.push(value)
    else if (field === 'event') name = value
    return false
  }

  /** Line ends as LF alone, also where a piece ends between CR and LF. */
  function withLf(text: string): string {
    const whole = endsInCr && text.startsWith('\n') ? text.slice(1) : text
    if (text !== '') endsInCr = text.endsWith('\r')
    return whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole
  }

  return {
    push(text) {
      const piece = withLf(text)
      const searchFrom = rest.length
      const all = rest + piece
      let from = 0
      for (let at = all.indexOf('\n', searchFrom); at >= 0; at = all.indexOf('\n', from)) {
        const line = all.slice(from, at)
        from = at + 1
        if (take(line)) return true
      }
      rest = all.slice(from)
      return false
    },
    end: () => (rest !== '' && take(rest)) || dispatch(),
  }
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
