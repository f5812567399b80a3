import { matching, type Option } from './search-options.ts'

/** Finds options on a server; a request that a later one has made needless is ended by the signal. */
export type SearchOptions = (query: string, signal: AbortSignal) => Promise<Option[]>

const PAUSE_MS = 150

/** What is found for what is typed, from a list at hand or by asking; answers that come late are left out. */
export class OptionSearch {
  found = $state.raw<Option[]>([])
  busy = $state(false)
  failed = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: AbortController | undefined

  constructor(
    private readonly source: () => { options: readonly Option[]; search: SearchOptions | undefined },
  ) {}

  look(query: string): void {
    const { options, search } = this.source()
    this.stop()
    if (!search) {
      this.found = matching(options, query)
      return
    }
    this.busy = true
    this.failed = false
    this.#timer = setTimeout(() => void this.#ask(search, query), query ? PAUSE_MS : 0)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#running?.abort()
    this.busy = false
  }

  async #ask(search: SearchOptions, query: string): Promise<void> {
    const running = new AbortController()
    this.#running = running
    const answer = await search(query, running.signal).catch(() => undefined)
    if (running.signal.aborted) return
    this.found = answer ?? []
    this.failed = answer === undefined
    this.busy = false
  }
}
