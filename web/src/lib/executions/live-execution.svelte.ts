import { SvelteMap } from 'svelte/reactivity'
import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { connection } from '../live/connection.svelte.ts'
import { subscribeLive } from '../live/subscribe.ts'
import { isFinal } from '../status.ts'
import { emptyText, mergeText, resumeFrom, type TextState } from '../text/text-stream.ts'
import {
  executionQuery,
  executionStream,
  executionUpdated,
  type ExecutionDetail,
  type Step,
} from './execution.documents.ts'
import { outputText } from './step-text.ts'

/**
 * One execution, kept current while a page shows it. What is shown is always read whole from the server; events only
 * tell that a newer revision exists. Text arrives beside it, per step.
 */
export class LiveExecution {
  current = $state.raw<ExecutionDetail>() as ExecutionDetail
  /** Why it can no longer be followed, if so. */
  refused = $state.raw<Failure>()
  #texts = new SvelteMap<string, TextState>()
  #streams = new Map<string, () => void>()
  #reading = false
  #wanted = 0
  #endUpdates: (() => void) | undefined

  constructor(current: ExecutionDetail) {
    this.current = current
  }

  /** Follows until the returned function is called. Browser only. */
  follow(): () => void {
    this.#endUpdates = subscribeLive({
      transport: connection.transport,
      document: executionUpdated,
      variables: () => ({ id: this.current.id }),
      onData: ({ executionUpdated: { revision } }) => this.#hear(revision),
      isOver: () => isFinal(this.current.status),
      onRefused: (failure) => (this.refused = failure),
    })
    this.#followTexts()
    return () => this.#leave()
  }

  /** Takes a state read elsewhere, such as a page load's, unless it is older. */
  take(next: ExecutionDetail): void {
    if (next.id === this.current.id && next.revision < this.current.revision) return
    this.current = next
    if (this.#endUpdates) this.#followTexts()
  }

  /** Reads the newest state once, such as after a command; what it misses, events bring. */
  async refresh(): Promise<void> {
    try {
      await this.#readOnce()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }

  /** The text of a step: the stored one once it is there, until then what has arrived. */
  text(step: Step): string {
    const arrived = this.#texts.get(step.key)?.text ?? ''
    const stored = outputText(step.output)
    return isFinal(step.status) && stored !== null && stored.length >= arrived.length ? stored : arrived
  }

  #hear(revision: number): void {
    this.#wanted = Math.max(this.#wanted, revision)
    if (!this.#reading) void this.#readUp()
  }

  async #readUp(): Promise<void> {
    this.#reading = true
    try {
      let asked = 0
      while (this.current.revision < this.#wanted && this.#wanted !== asked) {
        asked = this.#wanted
        await this.#readOnce()
      }
    } catch (error) {
      if (error instanceof Failure && error.code === 'execution.not_found') this.refused = error
      // The subscription asks again when the server is back, and its first event brings the revision anew.
      this.#wanted = 0
    } finally {
      this.#reading = false
    }
  }

  async #readOnce(): Promise<void> {
    const { execution } = await query({ document: executionQuery, variables: { id: this.current.id } })
    if (!execution) throw new Failure('execution.not_found', 'This execution no longer exists.')
    this.take(execution)
  }

  #followTexts(): void {
    for (const step of this.current.steps) {
      const complete = isFinal(step.status) && outputText(step.output) !== null
      if (step.kind !== 'model' || complete || step.status === 'skipped' || this.#streams.has(step.key))
        continue
      this.#streams.set(step.key, this.#followText(step.key))
    }
  }

  #followText(stepKey: string): () => void {
    return subscribeLive({
      transport: connection.transport,
      document: executionStream,
      variables: () => ({
        id: this.current.id,
        stepKey,
        ...resumeFrom(this.#texts.get(stepKey) ?? emptyText),
      }),
      onData: ({ executionStream: piece }) => {
        const result = mergeText(this.#texts.get(stepKey) ?? emptyText, piece)
        this.#texts.set(stepKey, result.state)
        if (result.kind === 'gap') return 'restart'
        return result.state.done ? 'finish' : undefined
      },
    })
  }

  #leave(): void {
    this.#endUpdates?.()
    this.#endUpdates = undefined
    for (const end of this.#streams.values()) end()
    this.#streams.clear()
  }
}
