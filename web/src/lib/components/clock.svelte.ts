/** The present for everything that shows a relative time: one timer for the page. */
class Clock {
  now = $state(new Date())
  #timer: ReturnType<typeof setInterval> | undefined

  /** Starts ticking every ten seconds; gives the function that ends it. */
  start(): () => void {
    this.now = new Date()
    this.#timer ??= setInterval(() => (this.now = new Date()), 10_000)
    return () => {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }
}

export const clock = new Clock()
