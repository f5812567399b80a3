/** Between heartbeats, in milliseconds: well under what proxies and Bun take for a dead connection. */
export const heartbeatMs = 5_000
const heartbeat = new TextEncoder().encode(':\n\n')

/**
 * Passes an answer on; into a stream of server-sent events it puts heartbeats of its own, which go on whatever the
 * stream's source does, and it ends the source at once when the client leaves. When `stopping` aborts, the stream is cut
 * without the source's last word, so that clients take it for a break and come back.
 */
export function withHeartbeats(response: Response, stopping: AbortSignal, everyMs = heartbeatMs): Response {
  const { headers, status } = response
  // A body that is looked at becomes a stream, which costs more than the answer; so the others are not.
  if (!headers.get('content-type')?.startsWith('text/event-stream')) return response
  const { body } = response
  if (!body) return response
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  let timer: ReturnType<typeof setInterval> | undefined
  let cut: () => void = () => {}
  const release = () => {
    clearInterval(timer)
    stopping.removeEventListener('abort', cut)
  }
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => {
        // A client that does not read needs no proof of life, and no more to read.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(heartbeat)
      }, everyMs)
      cut = () => {
        release()
        controller.close()
        void reader.cancel(stopping.reason)
      }
      if (stopping.aborted) cut()
      else stopping.addEventListener('abort', cut)
    },
    async pull(controller) {
      const { value, done } = await reader.read()
      if (stopping.aborted) return
      if (!done) return controller.enqueue(value)
      release()
      controller.close()
    },
    async cancel(reason) {
      release()
      await reader.cancel(reason)
    },
  })
  const passed = new Headers(headers)
  passed.set('cache-control', 'no-cache, no-transform')
  passed.set('x-accel-buffering', 'no')
  return new Response(stream, { status, headers: passed })
}
