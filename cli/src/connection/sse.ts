/** One event of a `text/event-stream`; comments and pings come as events without data. */
export interface ServerSentEvent {
  event: string
  data: string
}

/**
 * Splits the bytes of a `text/event-stream` into events, as they come. A heartbeat (a comment line) is given as event
 * `heartbeat`, so that the reader can tell a quiet stream from a dead one.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  let event = ''
  let data: string[] = []
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (event !== '' || data.length > 0) yield { event: event || 'message', data: data.join('\n') }
        event = ''
        data = []
      } else if (line.startsWith(':')) yield { event: 'heartbeat', data: '' }
      else if (line.startsWith('event:')) event = line.slice(6).trim()
      else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
    }
  }
}
