/** What this process is busy with, as `TextLoad` measures it. */
export interface MeasuredLoad {
  /** Pieces of text that arrive per second, over all streams. */
  piecesPerSecond: number
  /** How late a timer fires, in milliseconds: what the event loop is behind. */
  lagMs: number
}

/**
 * How long text that follows a frame is gathered before the next one, in milliseconds. A frame costs the same however
 * long it is, so that the window follows what arrives and not how many streams are open: a thousand that wait for their
 * models slow nobody down, and a process that is behind widens whatever the reason.
 */
export function textWindowMs({ piecesPerSecond, lagMs }: MeasuredLoad): 16 | 40 | 100 {
  if (piecesPerSecond > 10_000 || lagMs > 50) return 100
  return piecesPerSecond > 1_500 || lagMs > 10 ? 40 : 16
}

const spanMs = 250

/** Measures the load in spans of a quarter of a second; each counts half against what was before. */
export class TextLoad {
  #spanFrom: number
  #pieces = 0
  #latestMs = 0
  #load: MeasuredLoad = { piecesPerSecond: 0, lagMs: 0 }

  /** Times are milliseconds of one monotonic clock. */
  constructor(now: number) {
    this.#spanFrom = now
  }

  /** One piece of text has arrived. */
  piece(now: number): void {
    this.#roll(now)
    this.#pieces += 1
  }

  /** A timer fired this late. */
  late(now: number, ms: number): void {
    this.#roll(now)
    this.#latestMs = Math.max(this.#latestMs, ms)
  }

  windowMs(now: number): number {
    this.#roll(now)
    return textWindowMs(this.#load)
  }

  #roll(now: number): void {
    const elapsed = now - this.#spanFrom
    if (elapsed < spanMs) return
    const spans = Math.floor(elapsed / spanMs)
    // What came in the span was before the silence that followed it, if any.
    const piecesPerSecond = (this.#pieces * 1_000) / spanMs
    const fading = 2 ** (1 - spans)
    this.#load = {
      piecesPerSecond: ((this.#load.piecesPerSecond + piecesPerSecond) / 2) * fading,
      lagMs: ((this.#load.lagMs + this.#latestMs) / 2) * fading,
    }
    this.#spanFrom += spans * spanMs
    this.#pieces = 0
    this.#latestMs = 0
  }
}
