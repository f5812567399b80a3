import type { Fetch } from './guarded-fetch.ts'

/** Why we ended a call ourselves. */
export type WatchReason = 'canceled' | 'no_answer' | 'stalled' | 'timeout' | 'too_large'

export interface WatchLimits {
  /** Longest wait for the response's headers. */
  firstMs: number
  /** Longest silence between two pieces of the body. */
  idleMs: number
  totalMs: number
  maxBytes: number
}

export interface CallWatch {
  /** For the SDK: fires on the caller's abort and on every limit. */
  signal: AbortSignal
  /** Set before the signal fires. Asked first, since both SDKs end an aborted stream as if it were complete. */
  reason: () => WatchReason | undefined
  /** True once the response's headers have come with a good status. */
  answered: () => boolean
  /** Times what it fetches, and counts the bodies of refusals; those of good answers are told by `heardBytes`. */
  watchFetch: (fetch: Fetch) => Fetch
  /** More of a good answer has come. */
  heardBytes: (bytes: number) => void
  /** From now on a silence of this length is the end. */
  shortenIdle: (milliseconds: number) => void
  /** Rejects as soon as the signal fires. */
  ended: Promise<never>
  stop: () => void
}

/** Watches one model call: silence, total time, bytes and the caller's own signal. */
export function watchCall(limits: WatchLimits, caller: AbortSignal): CallWatch {
  const controller = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  ended.catch(() => undefined)
  let reason: WatchReason | undefined
  let isAnswered = false
  let idleMs = limits.firstMs
  let lastAt = performance.now()
  let bytes = 0

  function end(why: WatchReason): void {
    if (reason !== undefined) return
    reason = why
    const error = new DOMException(`the call was ended: ${why}`, 'AbortError')
    controller.abort(error)
    reject(error)
  }

  function checkIdle(): void {
    const left = idleMs - (performance.now() - lastAt)
    if (left > 0) idleTimer = setTimeout(checkIdle, left)
    else end(isAnswered ? 'stalled' : 'no_answer')
  }

  function setIdle(milliseconds: number): void {
    idleMs = milliseconds
    lastAt = performance.now()
    clearTimeout(idleTimer)
    idleTimer = setTimeout(checkIdle, idleMs)
  }

  const cancel = () => end('canceled')
  let idleTimer = setTimeout(checkIdle, idleMs)
  const totalTimer = setTimeout(() => end('timeout'), limits.totalMs)
  if (caller.aborted) cancel()
  else caller.addEventListener('abort', cancel, { once: true })

  function heardBytes(more: number): void {
    lastAt = performance.now()
    bytes += more
    if (bytes > limits.maxBytes) end('too_large')
  }

  function countBytes(piece: Uint8Array, stream: TransformStreamDefaultController<Uint8Array>): void {
    heardBytes(piece.byteLength)
    if (reason === undefined) stream.enqueue(piece)
  }

  return {
    signal: controller.signal,
    reason: () => reason,
    answered: () => isAnswered,
    watchFetch: (fetch) => async (input, init) => {
      const response = await fetch(input, init)
      isAnswered = response.ok
      setIdle(limits.idleMs)
      // A stream around the stream would cost more than all else that is done with an answer's tokens.
      if (response.body === null || response.ok) return response
      const body = response.body.pipeThrough(new TransformStream({ transform: countBytes }))
      return new Response(body, response)
    },
    heardBytes,
    shortenIdle: (milliseconds) => setIdle(Math.min(idleMs, milliseconds)),
    ended,
    stop() {
      clearTimeout(idleTimer)
      clearTimeout(totalTimer)
      caller.removeEventListener('abort', cancel)
    },
  }
}
