import { untrack } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { connection } from '../live/connection.svelte.ts'
import { retryDelay } from '../live/retry-delay.ts'
import { subscribeLive } from '../live/subscribe.ts'
import { isFinal } from '../status.ts'
import { emptyText, mergeText, resumeFrom, type TextState } from '../text/text-stream.ts'
import {
  executionEvents,
  executionQuery,
  executionStream,
  type ExecutionDetail,
  type ExecutionEvent,
  type Step,
} from './execution.documents.ts'
import { bringsContent, engineEventOf, foldDetail } from './fold/fold-detail.ts'
import { isTorn } from './fold/is-torn.ts'
import { withContent } from './fold/with-content.ts'
import { outputText } from './step-text.ts'

/**
 * One execution, kept current while a page shows it: its events are folded as the engine folds them, and content, which
 * events do not carry, is read after those that bring some. The text of a step that writes arrives beside it. Where
 * nothing is pushed, it is read whole whenever polling says that it has changed.
 */
export class LiveExecution {
  current = $state.raw<ExecutionDetail>() as ExecutionDetail
  /** Why it can no longer be followed, if so. */
  refused = $state.raw<Failure>()
  #texts = new SvelteMap<string, TextState>()
  #streams = new Map<string, () => void>()
  #reading = false
  /** The revision whose content is to be read. */
  #wanted = 0
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #ends: (() => void)[] = []

  constructor(current: ExecutionDetail) {
    this.current = current
  }

  /** Follows until the returned function is called. Browser only. */
  follow(): () => void {
    this.#ends = [
      subscribeLive({
        transport: connection.transport,
        document: executionEvents,
        variables: () => ({ id: this.current.id, afterRevision: this.current.revision }),
        onData: ({ executionEvents: event }) => this.#fold(event),
        isOver: () => isFinal(this.current.status),
        onRefused: (failure) => (this.refused = failure),
      }),
      connection.poller.add({
        asked: () => this.#asked(),
        heard: ({ revision }) => {
          if (revision > this.current.revision || this.#writes) this.#want(revision)
        },
        gone: (_id, failure) => (this.refused = failure),
        reread: () => this.#want(this.current.revision),
      }),
    ]
    this.#followTexts()
    return () => this.#leave()
  }

  /** Takes a state read elsewhere, such as a page load's; of an older one, only content that is missing. */
  take(next: ExecutionDetail): void {
    // Whoever hands over a state, such as an effect, does not depend on the one before it.
    untrack(() => {
      const older = next.id === this.current.id && next.revision < this.current.revision
      this.current = older ? withContent(this.current, next) : next
      if (this.#ends.length > 0) this.#followTexts()
    })
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
    const { text, attempt } = this.#texts.get(step.key) ?? emptyText
    const stored = outputText(step.output) ?? ''
    // What an earlier attempt wrote stays readable until there is something of the next one.
    return stored !== '' && (stored.length >= text.length || attempt < step.attempt) ? stored : text
  }

  #fold(event: ExecutionEvent): 'restart' | void {
    const { revision, steps, progress } = this.current
    if (event.revision <= revision) return
    if (event.revision > revision + 1) return 'restart'
    // Of a plan longer than what is read at once, only a part is here: nothing can be folded onto that.
    if (progress.total > steps.length || isTorn(this.current)) return this.#want(event.revision)
    this.take(foldDetail(this.current, [engineEventOf(event)]))
    if (bringsContent(event)) this.#want(event.revision)
  }

  #want(revision: number): void {
    this.#wanted = Math.max(this.#wanted, revision)
    if (!this.#reading) void this.#readUp()
  }

  async #readUp(): Promise<void> {
    clearTimeout(this.#retry)
    this.#reading = true
    try {
      let read = await this.#readOnce()
      while (read < this.#wanted) {
        const wanted = this.#wanted
        read = await this.#readOnce()
        if (read < wanted) break
      }
      this.#failures = 0
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.code === 'execution.not_found') this.refused = error
      else if (this.#ends.length > 0) {
        this.#retry = setTimeout(() => void this.#readUp(), retryDelay(this.#failures++, Math.random))
      }
    } finally {
      this.#reading = false
    }
  }

  /** Gives the revision that was read. */
  async #readOnce(): Promise<number> {
    const { execution } = await query({ document: executionQuery, variables: { id: this.current.id } })
    if (!execution) throw new Failure('execution.not_found', 'This execution no longer exists.')
    this.take(execution)
    return execution.revision
  }

  /** Text is being written, of which polling does not tell by a revision. */
  get #writes(): boolean {
    return this.current.steps.some(({ status }) => status === 'streaming')
  }

  #asked(): { id: string; revision: number }[] {
    const { id, revision, status } = this.current
    return isFinal(status) ? [] : [{ id, revision: this.#writes ? 0 : revision }]
  }

  #followTexts(): void {
    for (const step of this.current.steps) {
      const complete = isFinal(step.status) && outputText(step.output) !== null
      const begun = !['pending', 'queued', 'skipped'].includes(step.status)
      if (step.kind !== 'model' || complete || !begun || this.#streams.has(step.key)) continue
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
    clearTimeout(this.#retry)
    for (const end of this.#ends.splice(0)) end()
    for (const end of this.#streams.values()) end()
    this.#streams.clear()
  }
}
