/** The database's clock, kept by a monotonic one between looks at it; a change of the wall clock does not move it. */
export class DatabaseClock {
  #offset: number
  readonly #monotonic: () => number

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic
    this.#offset = Date.now() - monotonic()
  }

  /** Milliseconds since 1970 by the database. */
  now(): number {
    return Math.floor(this.#monotonic() + this.#offset)
  }

  /** Takes over what the database said between `sentAt` and now, both monotonic: the middle of the way. */
  set(databaseNow: number, sentAt: number): void {
    this.#offset = databaseNow - (sentAt + this.#monotonic()) / 2
  }
}
