import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { pageOfEvents, type ExecutionDetail, type ExecutionEvent } from './execution.documents.ts'
import { detailAt, engineEventOf } from './fold/fold-detail.ts'

/** Events that are read at most: a page is no place to look through more. */
const most = 5_000

/** The events of an execution, and the execution as it was after any of them. */
export class ExecutionHistory {
  events = $state.raw<ExecutionEvent[]>([])
  /** How many events what is shown has seen; undefined shows the present. */
  at = $state<number>()
  busy = $state(false)
  failure = $state.raw<Failure>()
  /** There are more events than are read here. */
  cut = $state(false)
  #now: () => ExecutionDetail
  #cursor: string | null = null

  constructor(now: () => ExecutionDetail) {
    this.#now = now
  }

  #folded = $derived.by(() => this.events.map(engineEventOf))
  /** The execution at `at`; now where none is chosen. */
  shown = $derived.by((): ExecutionDetail => {
    const now = this.#now()
    return this.at === undefined ? now : detailAt(now, this.#folded.slice(0, this.at))
  })
  /** The last event that what is shown has seen. */
  event = $derived.by(() => (this.at === undefined ? undefined : this.events[this.at - 1]))

  /** Reads what is not read yet, from where it ended last. */
  async read(): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.failure = undefined
    try {
      const { id } = this.#now()
      for (let more = true; more && this.events.length < most;) {
        const variables = { id, after: this.#cursor }
        const { execution } = await query({ document: pageOfEvents, variables })
        const { edges, pageInfo } = execution?.events ?? { edges: [], pageInfo: undefined }
        this.events = [...this.events, ...edges.map(({ node }) => node)]
        this.#cursor = pageInfo?.endCursor ?? this.#cursor
        more = pageInfo?.hasNextPage ?? false
        this.cut = more
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.failure = error
    } finally {
      this.busy = false
    }
  }

  /** Shows the execution after so many of its events; at the last one that is the present. */
  go(to: number): void {
    const { length } = this.events
    this.at = to >= length ? undefined : Math.max(1, to)
  }
}
