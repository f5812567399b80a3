import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { queuePositionsQuery } from './execution.documents.ts'

/** No event tells that others were taken up, so this is asked. */
const askEveryMs = 3_000
const most = 100

/** The turns of what is queued on screen, asked for together while the page can be seen. */
class QueuePositions {
  /** By id; what has been taken up has none. */
  known = $state.raw<ReadonlyMap<string, number>>(new Map())
  /** How often each is on screen. */
  #shown = new Map<string, number>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Keeps asking for it until the returned function is called. Browser only. */
  show(id: string): () => void {
    this.#shown.set(id, (this.#shown.get(id) ?? 0) + 1)
    if (this.#timer === undefined) this.#plan(0)
    return () => {
      const left = (this.#shown.get(id) ?? 1) - 1
      if (left > 0) this.#shown.set(id, left)
      else this.#shown.delete(id)
    }
  }

  #plan(milliseconds: number): void {
    this.#timer = setTimeout(() => void this.#ask(), milliseconds)
  }

  async #ask(): Promise<void> {
    const ids = [...this.#shown.keys()].slice(0, most)
    if (ids.length > 0 && document.visibilityState === 'visible') await this.#read(ids)
    this.#timer = undefined
    if (this.#shown.size > 0) this.#plan(askEveryMs)
  }

  async #read(ids: string[]): Promise<void> {
    try {
      const { executions } = await query({ document: queuePositionsQuery, variables: { ids } })
      this.known = new Map(
        executions.edges.flatMap(({ node }) =>
          node.queuePosition === null ? [] : [[node.id, node.queuePosition] as const],
        ),
      )
    } catch (error) {
      // A turn that is not known now is asked for again; the connection's dot says what is wrong.
      if (!(error instanceof Failure)) throw error
    }
  }
}

export const queuePositions = new QueuePositions()
