import { expect, test } from 'bun:test'
import { readEvents } from './sse.ts'

async function read(chunks: Uint8Array[]) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  return Array.fromAsync(readEvents(body))
}

const text =
  ':\n\nevent: next\ndata: {"a":"é🪶"}\n\nevent: next\r\ndata: 1\r\ndata: 2\r\n\r\nevent: complete\ndata\n\n'
const events = [
  { event: 'heartbeat', data: '' },
  { event: 'next', data: '{"a":"é🪶"}' },
  { event: 'next', data: '1\n2' },
  { event: 'complete', data: '' },
]

test('reads events, heartbeats and both line ends', async () => {
  expect(await read([new TextEncoder().encode(text)])).toEqual(events)
})

test('reads the same whatever the pieces, a byte each too', async () => {
  const bytes = new TextEncoder().encode(text)
  expect(await read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(events)
})
