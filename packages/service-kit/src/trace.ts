import { AsyncLocalStorage } from 'node:async_hooks'

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/
const storage = new AsyncLocalStorage<string>()

function hex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
}

/** A W3C `traceparent` of a new, sampled trace. */
export function newTraceparent(): string {
  return `00-${hex(16)}-${hex(8)}-01`
}

/** The `traceparent` of the work under way, if any. */
export function currentTraceparent(): string | undefined {
  return storage.getStore()
}

/** The 32 hexadecimal characters that name the trace under way: what an error shows and a log line carries. */
export function currentTraceId(): string | undefined {
  return TRACEPARENT.exec(storage.getStore() ?? '')?.[1]
}

/** Runs `work` inside the caller's trace, as a new span of it; a missing or malformed header begins a new trace. */
export function runWithTrace<T>(traceparent: string | null | undefined, work: () => T): T {
  const traceId = TRACEPARENT.exec(traceparent ?? '')?.[1]
  return storage.run(traceId ? `00-${traceId}-${hex(8)}-01` : newTraceparent(), work)
}
