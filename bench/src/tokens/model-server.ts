import type { Socket } from 'bun'
import { serveHelper } from '../support/helper.ts'
import { wallMs } from '../support/clock.ts'
import { pace, tokenOf } from './pace.ts'

// A model server for a thousand streams: OpenAI's chat completions over a bare socket, one timer for all streams, so
// that what is measured is not this.

interface Connection {
  received: string
}

interface Stream {
  socket: Socket<Connection>
  ticks: number
  sent: number
}

const head = [
  'HTTP/1.1 200 OK',
  'content-type: text/event-stream; charset=utf-8',
  'cache-control: no-cache',
  'transfer-encoding: chunked',
  '',
  '',
].join('\r\n')

const event = (choices: string, usage: string) =>
  `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1767225600,"model":"tokens","choices":${choices},"usage":${usage}}\n\n`
const choice = (delta: string, finish: string) =>
  `[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]`
const framed = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n`
const usage = `{"prompt_tokens":10,"completion_tokens":${pace.tokens},"total_tokens":${pace.tokens + 10}}`
const ending =
  framed(event(choice('{}', '"stop"'), 'null') + event('[]', usage) + 'data: [DONE]\n\n') + '0\r\n\r\n'

/** Streams by the millisecond of their period in which their tokens are due. */
const due = Array.from({ length: pace.everyMs }, () => new Set<Stream>())
const ticksBeforeFirst = pace.firstMs / pace.everyMs

function tick(stream: Stream, phase: Set<Stream>): void {
  stream.ticks += 1
  if (stream.ticks < ticksBeforeFirst) return
  if (stream.sent < pace.tokens) {
    stream.socket.write(framed(event(choice(`{"content":"${tokenOf(wallMs())}"}`, 'null'), 'null')))
    stream.sent += 1
    return
  }
  phase.delete(stream)
  stream.socket.write(ending)
}

let lastMs = Math.floor(performance.now())
setInterval(() => {
  const now = Math.floor(performance.now())
  for (; lastMs < now; lastMs += 1) {
    const phase = due[(lastMs + 1) % pace.everyMs]
    if (phase) for (const stream of phase) tick(stream, phase)
  }
}, 1)

const server = Bun.listen<Connection>({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    open(socket) {
      socket.data = { received: '' }
    },
    data(socket, bytes) {
      const text = socket.data.received + bytes.toString('latin1')
      socket.data.received = text
      const bodyAt = text.indexOf('\r\n\r\n')
      if (bodyAt < 0) return
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (text.length < bodyAt + 4 + length) return
      socket.data.received = ''
      socket.write(head)
      due[lastMs % pace.everyMs]?.add({ socket, ticks: 0, sent: 0 })
    },
    close(socket) {
      for (const phase of due) for (const stream of phase) if (stream.socket === socket) phase.delete(stream)
    },
    error() {},
  },
})

serveHelper({ port: async () => server.port })
