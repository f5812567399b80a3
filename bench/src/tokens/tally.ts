import { wallMs } from '../support/clock.ts'
import { type Latency, latency } from '../support/numbers.ts'
import { pace, tokenPattern } from './pace.ts'

export interface StreamsResult {
  firstTokenMs: Latency
  tokenDelayMs: Latency
  streams: number
  /** Streams that ended with every token. */
  complete: number
  tokensPerSecond: number
}

/** What one client heard of all its streams. */
export class Tally {
  readonly #first: number[] = []
  readonly #delays: number[] = []
  #streams = 0
  #complete = 0
  #counting = true

  /** Streams that begin from now on count, or do not: while the load rises they do not. */
  set counting(value: boolean) {
    this.#counting = value
  }

  /** One stream; `hear` takes its bytes as text, whatever stands around the tokens. */
  begin(): { hear: (text: string) => number; end: () => void } {
    const counted = this.#counting
    const startedAt = wallMs()
    let rest = ''
    let count = 0
    return {
      hear: (text) => {
        const now = wallMs()
        const all = rest + text
        let end = 0
        for (const found of all.matchAll(tokenPattern)) {
          if (counted) {
            if (count === 0) this.#first.push(now - startedAt)
            this.#delays.push(now - Number(found[1]) / 1000)
          }
          count += 1
          end = found.index + found[0].length
        }
        rest = all.slice(Math.max(end, all.length - 32))
        return count
      },
      end: () => {
        if (!counted) return
        this.#streams += 1
        if (count === pace.tokens) this.#complete += 1
      },
    }
  }

  result(wallSeconds: number): StreamsResult {
    return {
      firstTokenMs: latency(this.#first),
      tokenDelayMs: latency(this.#delays),
      streams: this.#streams,
      complete: this.#complete,
      tokensPerSecond: this.#delays.length / wallSeconds,
    }
  }
}
