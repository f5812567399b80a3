import { Failure } from './failure.ts'

/** One thing asked of the server from a page: whether it is under way, and what came in its way. */
export class Asking {
  busy = $state(false)
  failure = $state.raw<Failure>()

  /** Runs it once at a time; undefined where it failed, with `failure` set. What is no `Failure` is thrown on. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined
    this.busy = true
    this.failure = undefined
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.failure = error
      return undefined
    } finally {
      this.busy = false
    }
  }
}
