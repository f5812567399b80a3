import type { Taken } from './event-publisher.ts'
import type { StreamAge } from './events-stream.ts'

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

  /** True when the stream has given a place twice. */
  get wentBack(): boolean {
    return this.#wentBack
  }

  /** Whether the stream is the one that took what is remembered; undefined while nothing is. */
  isSame({ madeAt, lastSeq }: StreamAge): boolean | undefined {
    if (this.#madeAt === undefined) return undefined
    return madeAt === this.#madeAt && !this.#wentBack && lastSeq >= this.#lastSeq
  }

  /** Goes on from here: the stream has everything, or will be sent it. */
  accept({ madeAt, lastSeq }: StreamAge): void {
    this.#madeAt = madeAt
    this.#lastSeq = lastSeq
    this.#wentBack = false
  }
}
