import { expect, test } from 'bun:test'
import { withHeartbeats } from './event-stream.ts'

function eventStream(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

test('a quiet stream beats, and what its source sends passes between the beats', async () => {
  let source: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (source = controller) })
  const reader = withHeartbeats(eventStream(body), new AbortController().signal, 5).body?.getReader()
  const read = async () => new TextDecoder().decode((await reader?.read())?.value)
  expect([await read(), await read()]).toEqual([':\n\n', ':\n\n'])
  source?.enqueue(new TextEncoder().encode('data: 1\n\n'))
  let next = await read()
  while (next === ':\n\n') next = await read()
  expect(next).toBe('data: 1\n\n')
  await reader?.cancel()
})

test('the source ends when the client leaves, though it was waiting', async () => {
  const left = Promise.withResolvers<string>()
  const body = new ReadableStream<Uint8Array>({ cancel: () => left.resolve('left') })
  await withHeartbeats(eventStream(body), new AbortController().signal).body?.cancel()
  expect(await left.promise).toBe('left')
})

test('the stream ends with its source', async () => {
  const body = new Response('data: 1\n\n').body
  if (!body) throw new Error('no body')
  expect(await withHeartbeats(eventStream(body), new AbortController().signal, 5).text()).toBe('data: 1\n\n')
})

test('a gateway that stops cuts its streams without their last word, and leaves their sources', async () => {
  const left = Promise.withResolvers<string>()
  const stopping = new AbortController()
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
    cancel: () => left.resolve('left'),
  })
  const reader = withHeartbeats(eventStream(body), stopping.signal).body?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n')
  stopping.abort()
  expect(await reader?.read()).toEqual({ value: undefined, done: true })
  expect(await left.promise).toBe('left')
})

test('other answers pass as they are', () => {
  const response = Response.json({})
  expect(withHeartbeats(response, new AbortController().signal)).toBe(response)
})
