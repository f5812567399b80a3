import { untrack } from 'svelte'
import { Failure } from './failure.ts'

const pauseMs = 250

/** What the server makes of something on screen, asked again after a pause in changing it; only the latest counts. */
export class AskedAfterPause<Answer> {
  current = $state.raw<Answer>()
  /** Why there is no newer answer now. */
  trouble = $state('')
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0

  /** Asks after a pause, the first time at once; what was to be asked before is not. */
  protected askSoon(ask: () => Promise<Answer>): void {
    clearTimeout(this.#timer)
    // Who asks in an effect would else ask again with each answer.
    const pause = untrack(() => this.current) ? pauseMs : 0
    this.#timer = setTimeout(() => void this.#ask(ask), pause)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#asked += 1
  }

  protected troubleOf({ issues, message }: Failure): string {
    return issues[0]?.message ?? message
  }

  async #ask(ask: () => Promise<Answer>): Promise<void> {
    const mine = ++this.#asked
    try {
      const answer = await ask()
      if (mine !== this.#asked) return
      this.current = answer
      this.trouble = ''
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (mine === this.#asked) this.trouble = this.troubleOf(error)
    }
  }
}
