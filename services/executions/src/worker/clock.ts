/** How far two clocks may part, as a share of the time that passes. */
const drift = 0.001

/** The database's clock, kept by a monotonic one between looks at it; a change of the wall clock does not move it. */
export class DatabaseClock {
  #offset: number
  /** By how much it may have been wrong when it was set, in milliseconds. */
  #error = Number.POSITIVE_INFINITY
  #setAt = 0
  readonly #monotonic: () => number

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic
    this.#offset = Date.now() - monotonic()
  }

  /** Milliseconds since 1970 by the database. */
  now(): number {
    return Math.floor(this.#monotonic() + this.#offset)
  }

  /**
   * Takes over what the database said between `sentAt` and now, both monotonic: the middle of the way. An answer that
   * was long under way says less than an earlier one that was not.
   */
  set(databaseNow: number, sentAt: number): void {
    const now = this.#monotonic()
    const error = (now - sentAt) / 2
    if (error > this.#error + (now - this.#setAt) * drift) return
    this.#error = error
    this.#setAt = now
    this.#offset = databaseNow - (sentAt + now) / 2
  }
}
