import type { Taken } from './event-publisher.ts'
import type { StreamAge } from './events-stream.ts'

/** How far the clocks of Postgres and NATS may differ; what is sent twice for it, the stream drops. */
const clockSkewMs = 5_000

/** What a relay remembers of the stream, to tell one that was lost or put back from an older copy. */
export class StreamMemory {
  #madeAt: number | undefined
  #lastSeq = 0
  #wentBack = false

  /** Notes where the stream has put an event. */
  note({ seq, repeated }: Taken): void {
    if (repeated) return
    if (seq <= this.#lastSeq) this.#wentBack = true
    else this.#lastSeq = seq
  }

  /** True when events that the stream had taken may be missing from it, as `note` saw it. */
  get wentBack(): boolean {
    return this.#wentBack
  }

  /**
   * Compares the stream as it is now: answers until when (Unix milliseconds) events marked as published may be missing
   * from it; undefined when none is.
   */
  missingUntil({ madeAt, lastSeq }: StreamAge): number | undefined {
    if (madeAt !== this.#madeAt) return madeAt + clockSkewMs
    return this.#wentBack || lastSeq < this.#lastSeq ? Date.now() + clockSkewMs : undefined
  }

  /** What was missing is to be sent again. */
  accept({ madeAt, lastSeq }: StreamAge): void {
    this.#madeAt = madeAt
    this.#lastSeq = lastSeq
    this.#wentBack = false
  }
}
