interface Answer {
  user: { id: string }
}

/** A server that does not answer keeps nobody from their page. */
const longestMs = 5_000

/** Whether the reader is still signed in, as far as this tab has noticed. Browser only. */
class Session {
  /** The server said that nobody is signed in; what the page shows stays. */
  ended = $state(false)
  /** One is on the way out by choice: nothing is kept for later. */
  leaving = false
  #userId: string | undefined
  #waiting: (() => void)[] = []

  /** Follows the session of the person whom the page was made for, until the returned function is called. */
  follow(userId: string): () => void {
    this.#userId = userId
    this.back()
    const look = () => {
      if (this.ended && document.visibilityState === 'visible') void this.check()
    }
    // A page that the browser kept whole is nobody's to read again before the server knows who looks.
    const restored = async ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return
      document.documentElement.style.visibility = 'hidden'
      if (await this.check()) document.documentElement.style.visibility = ''
      else location.reload()
    }
    addEventListener('pageshow', restored)
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      removeEventListener('pageshow', restored)
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }

  lost(): void {
    this.ended = true
  }

  /** The server answered this person again. */
  back(): void {
    this.ended = false
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Asks the server whether somebody is signed in. When it cannot tell, true: asking again is then the way on. */
  async check(): Promise<boolean> {
    const signal = AbortSignal.timeout(longestMs)
    const response = await fetch('/api/auth/get-session', { cache: 'no-store', signal }).catch(
      () => undefined,
    )
    if (!response || (!response.ok && response.status !== 401)) return true
    const answer = response.ok ? ((await response.json()) as Answer | null) : null
    if (!answer) this.lost()
    // What is on screen belongs to somebody else.
    else if (this.#userId !== undefined && answer.user.id !== this.#userId) location.reload()
    else this.back()
    return answer !== null
  }

  /** Settles once this person is signed in again. */
  returned(): Promise<void> {
    return new Promise((resolve) => {
      if (this.ended) this.#waiting.push(resolve)
      else resolve()
    })
  }
}

export const session = new Session()
