/** A monotonic clock and a timer, in milliseconds. */
export interface Clock {
  now: () => number
  after: (ms: number, work: () => void) => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, work) => void setTimeout(work, ms),
}

/**
 * Work at due times, those close together at once: what many streams have gathered goes out in one write to a socket.
 */
export class DueTimes {
  readonly #clock: Clock
  readonly #onLate: (now: number, ms: number) => void
  readonly #slots = new Map<number, Set<() => void>>()

  /** `onLate` is told at each due time how late it came. */
  constructor(clock: Clock, onLate: (now: number, ms: number) => void) {
    this.#clock = clock
    this.#onLate = onLate
  }

  /** Does `work` at `due` or up to `slackMs` later; gives the way to call it off. */
  at(due: number, slackMs: number, work: () => void): () => void {
    const slot = Math.ceil(due / slackMs) * slackMs
    const works = this.#slots.get(slot) ?? this.#open(slot)
    works.add(work)
    return () => void works.delete(work)
  }

  /** Does `work` when all that is being taken in now has been taken in; gives the way to call it off. */
  soon(work: () => void): () => void {
    let wanted = true
    queueMicrotask(() => {
      if (wanted) work()
    })
    return () => {
      wanted = false
    }
  }

  #open(slot: number): Set<() => void> {
    const works = new Set<() => void>()
    this.#slots.set(slot, works)
    this.#clock.after(Math.max(1, slot - this.#clock.now()), () => {
      this.#slots.delete(slot)
      const now = this.#clock.now()
      this.#onLate(now, Math.max(0, now - slot))
      for (const work of works) work()
    })
    return works
  }
}
