import { Failure } from '../graphql/failure.ts'
import { TooOften, type PolledStatus, type StatusAnswer } from './ask-status.ts'
import { batchesOf, failuresThatCount, nextPollMs } from './poll-plan.ts'

/** Something on screen that is followed by polling while nothing is pushed. */
export interface Polled {
  /** What may change: each with the revision that is shown. Nothing where nothing goes on by itself. */
  asked: () => { id: string; revision: number }[]
  /** There is a newer revision of something asked for. */
  heard: (status: PolledStatus) => void
  /** Something asked for is not there any more, or not for the reader. */
  gone?: (id: string, failure: Failure) => void
  /** Something may have begun that nobody asked for: read it again. */
  reread?: () => void
}

export type PollState = 'off' | 'idle' | 'active' | 'paused' | 'failed'

export interface PollerParts {
  ask: (asked: readonly { id: string; revision: number }[]) => Promise<StatusAnswer>
  /** Calls `act` later; the returned function takes that back. */
  later: (act: () => void, milliseconds: number) => () => void
  /** Nobody is signed in: settles when asking can help again. */
  signedIn: () => Promise<void>
}

const batchSize = 100

/**
 * Asks for the state of what is on screen, every few seconds, while it is switched on, the page is visible and
 * something goes on. One request for everything.
 */
export class Poller {
  state = $state<PollState>('off')
  /** When the server last answered. */
  heardAt = $state.raw<Date>()
  /** When it is asked next; undefined while it is not going to be. */
  nextAt = $state.raw<Date>()
  failure = $state.raw<Failure>()
  intervalSeconds = $state(3)
  /** The shortest interval that the server wants. */
  leastIntervalSeconds = $state(1)
  #parts: PollerParts
  #polled = new Set<Polled>()
  #on = false
  #paused = false
  #visible = true
  #chosen = false
  #failures = 0
  #asking = false
  #again = false
  #takeBack: (() => void) | undefined

  constructor(parts: PollerParts) {
    this.#parts = parts
  }

  /** Takes part until the returned function is called. */
  add(polled: Polled): () => void {
    this.#polled.add(polled)
    this.stir()
    return () => this.#polled.delete(polled)
  }

  switch(on: boolean): void {
    if (this.#on === on) return
    this.#on = on
    this.#failures = 0
    this.failure = undefined
    if (on) this.now()
    else this.#rest('off')
  }

  /** Whether the page can be seen; nobody is asked on behalf of one that cannot. */
  seen(visible: boolean): void {
    this.#visible = visible
    if (visible) this.now()
    else this.#rest('idle')
  }

  /** Seconds between two askings, by the reader's choice. */
  every(seconds: number): void {
    this.#chosen = true
    this.intervalSeconds = seconds
    this.#plan()
  }

  pause(): void {
    this.#paused = true
    this.#rest('paused')
  }

  resume(): void {
    this.#paused = false
    this.now()
  }

  /** Something was begun or has come on screen: asks soon, if not already about to. */
  stir(): void {
    if (this.state === 'idle') this.#plan(0)
  }

  /** Reads everything on screen again now, also what may have begun meanwhile. */
  now(): void {
    if (!this.#on || this.#paused) return
    for (const { reread } of this.#polled) reread?.()
    this.#plan(0)
  }

  #rest(state: PollState): void {
    this.#takeBack?.()
    this.#takeBack = undefined
    this.nextAt = undefined
    this.state = this.#on ? state : 'off'
  }

  #plan(milliseconds = this.#pause()): void {
    if (!this.#on || this.#paused || !this.#visible) return
    if (this.#asking) {
      this.#again = true
      return
    }
    this.#takeBack?.()
    this.nextAt = new Date(Date.now() + milliseconds)
    this.state = this.#failures >= failuresThatCount ? 'failed' : 'active'
    this.#takeBack = this.#parts.later(() => void this.#ask(), milliseconds)
  }

  #pause(retryAfterSeconds?: number): number {
    const seconds = Math.max(this.intervalSeconds, this.leastIntervalSeconds)
    return nextPollMs(seconds * 1000, { failures: this.#failures, retryAfterSeconds })
  }

  async #ask(): Promise<void> {
    this.#takeBack = undefined
    const asked = [...this.#polled].flatMap((polled) => polled.asked())
    if (asked.length === 0) return this.#rest('idle')
    this.#asking = true
    let pause: number | undefined
    try {
      for (const batch of batchesOf(asked, batchSize)) this.#take(await this.#parts.ask(batch))
      this.#failures = 0
      this.failure = undefined
      this.heardAt = new Date()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.code === 'auth.unauthenticated') await this.#parts.signedIn()
      else {
        this.#failures += 1
        this.failure = error
        pause = this.#pause(error instanceof TooOften ? error.retryAfterSeconds : undefined)
      }
    } finally {
      this.#asking = false
    }
    const soon = this.#again
    this.#again = false
    this.#plan(soon ? 0 : pause)
  }

  #take({ executions, errors, intervalSeconds, leastIntervalSeconds }: StatusAnswer): void {
    this.leastIntervalSeconds = leastIntervalSeconds
    if (!this.#chosen) this.intervalSeconds = intervalSeconds
    for (const polled of this.#polled) {
      const mine = new Set(polled.asked().map(({ id }) => id))
      for (const status of executions) if (mine.has(status.id)) polled.heard(status)
      for (const { id, code, message } of errors) {
        if (mine.has(id)) polled.gone?.(id, new Failure(code, message))
      }
    }
  }
}
