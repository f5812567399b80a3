/** Gathers ids for a short while and asks for all of them in one request. What fails is forgotten. */
export class AskedTogether<Answer> {
  #ids = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking = false
  #ask: (ids: string[]) => Promise<Answer>
  #tell: (answer: Answer) => void
  #isExpected: (error: unknown) => boolean
  #waitMs: number
  #most: number

  constructor(options: {
    ask: (ids: string[]) => Promise<Answer>
    tell: (answer: Answer) => void
    /** Failures that may happen; any other is thrown. */
    isExpected?: (error: unknown) => boolean
    waitMs?: number
    most?: number
  }) {
    this.#ask = options.ask
    this.#tell = options.tell
    this.#isExpected = options.isExpected ?? (() => false)
    this.#waitMs = options.waitMs ?? 150
    this.#most = options.most ?? 100
  }

  add(id: string): void {
    this.#ids.add(id)
    this.#plan()
  }

  /** Forgets what was not asked yet. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#ids.clear()
  }

  #plan(): void {
    if (this.#timer || this.#asking || this.#ids.size === 0) return
    this.#timer = setTimeout(() => void this.#send(), this.#waitMs)
  }

  async #send(): Promise<void> {
    this.#timer = undefined
    this.#asking = true
    const ids = [...this.#ids].slice(0, this.#most)
    for (const id of ids) this.#ids.delete(id)
    try {
      this.#tell(await this.#ask(ids))
    } catch (error) {
      if (!this.#isExpected(error)) throw error
    } finally {
      this.#asking = false
      this.#plan()
    }
  }
}
