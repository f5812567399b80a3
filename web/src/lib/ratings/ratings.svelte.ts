import { mutate, query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { toast } from '../ui/toasts.svelte.ts'
import { rateExecutionMutation, ratingsQuery, type RatingSum } from './rating.documents.ts'
import { sumsOf, unrated, withSaid, type RatingSums, type Said } from './rating.ts'

/** What people say of one execution and its steps. One's own is shown at once and taken back where it is refused. */
export class Ratings {
  #shown = $state.raw<RatingSums>(new Map())
  /** What the server is known to have. */
  #kept: RatingSums = new Map()
  /** What was said and not answered yet: the last word about each step. */
  #said = new Map<string, Said>()
  #sending = false

  constructor(readonly executionId: string) {}

  /** Of a step by its key; of the execution as a whole by the empty one. */
  of(key: string): RatingSum {
    return this.#shown.get(key) ?? unrated
  }

  /** Reads what was said so far. That nobody can be asked now is no reason to disturb a reader. */
  async read(): Promise<void> {
    try {
      const { execution } = await query({ document: ratingsQuery, variables: { id: this.executionId } })
      if (execution) this.#take(sumsOf(execution))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }

  /** Says it for the viewer, in place of what they said of it before. */
  async rate(key: string, said: Said): Promise<void> {
    this.#said.set(key, said)
    this.#show()
    if (this.#sending) return
    this.#sending = true
    // One after the other: the last word is what stays.
    try {
      for (let next = this.#next(); next; next = this.#next()) await this.#send(...next)
    } finally {
      this.#sending = false
    }
  }

  #next(): [string, Said] | undefined {
    return this.#said.entries().next().value
  }

  async #send(key: string, said: Said): Promise<void> {
    const { value, reason = null } = said
    const variables = { id: this.executionId, stepKey: key === '' ? null : key, rating: value, reason }
    try {
      const { rateExecution } = await mutate({ document: rateExecutionMutation, variables })
      if (this.#said.get(key) === said) this.#said.delete(key)
      this.#take(sumsOf(rateExecution))
    } catch (error) {
      this.#said.delete(key)
      this.#show()
      if (!(error instanceof Failure)) throw error
      const why = error.issues[0]?.message ?? error.message
      toast(`Your rating was not kept. ${why}`, { tone: 'red' })
    }
  }

  #take(sums: RatingSums): void {
    this.#kept = sums
    this.#show()
  }

  #show(): void {
    let shown = this.#kept
    for (const [key, said] of this.#said) shown = withSaid(shown, key, said)
    this.#shown = shown
  }
}
