/** Between heartbeats, in milliseconds: well under what proxies and Bun take for a dead connection. */
export const heartbeatMs = 5_000
const heartbeat = new TextEncoder().encode(':\n\n')

/**
 * Passes an answer on; into a stream of server-sent events it puts heartbeats of its own, which go on whatever the
 * stream's source does, and it ends the source at once when the client leaves.
 */
export function withHeartbeats(response: Response, everyMs = heartbeatMs): Response {
  const { headers, status } = response
  // A body that is looked at becomes a stream, which costs more than the answer; so the others are not.
  if (!headers.get('content-type')?.startsWith('text/event-stream')) return response
  const { body } = response
  if (!body) return response
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  let timer: ReturnType<typeof setInterval> | undefined
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => {
        // A client that does not read needs no proof of life, and no more to read.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(heartbeat)
      }, everyMs)
    },
    async pull(controller) {
      const { value, done } = await reader.read()
      if (!done) return controller.enqueue(value)
      clearInterval(timer)
      controller.close()
    },
    async cancel(reason) {
      clearInterval(timer)
      await reader.cancel(reason)
    },
  })
  const passed = new Headers(headers)
  passed.set('cache-control', 'no-cache, no-transform')
  passed.set('x-accel-buffering', 'no')
  return new Response(stream, { status, headers: passed })
}
