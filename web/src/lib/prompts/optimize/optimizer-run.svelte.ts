import { untrack } from 'svelte'
import { cancelExecution, executionQuery } from '../../executions/execution.documents.ts'
import { LiveExecution } from '../../executions/live-execution.svelte.ts'
import { Asking } from '../../graphql/asking.svelte.ts'
import { mutate, query } from '../../graphql/client.ts'
import { Failure } from '../../graphql/failure.ts'
import { newKey } from '../../graphql/new-key.ts'
import { isFinal } from '../../status.ts'
import { optimizationQuery, type Optimization } from './optimize.documents.ts'

/** One optimizer at work: its text while it streams, then what came of it. */
export class OptimizerRun {
  live = $state.raw<LiveExecution>()
  result = $state.raw<Optimization>()
  /** Asking for the start. */
  readonly asking = new Asking()
  /** Reading what came of it, or stopping it. */
  readonly reading = new Asking()
  /** The same start tried again carries the same key, so that it counts once. */
  #key: { id: string; of: string } | undefined

  readonly execution = $derived(this.live?.current)
  readonly over = $derived(this.execution !== undefined && isFinal(this.execution.status))
  /** From the start to the result, or to the end without one. */
  readonly working = $derived(this.asking.busy || (this.live !== undefined && !this.over))
  /** The second answer, where the first one lost names and the model was asked for them. */
  readonly #second = $derived.by(() => {
    const step = this.execution?.steps.find(({ key }) => key === 'message[1]')
    return step && this.live?.text(step) ? step : undefined
  })
  readonly again = $derived(this.#second !== undefined)
  /** The answer as far as it has arrived, with its tags. */
  readonly text = $derived.by(() => {
    const step = this.#second ?? this.execution?.steps.find(({ key }) => key === 'message[0]')
    return (step && this.live?.text(step)) ?? ''
  })
  /** Why there is no result, in words. */
  readonly trouble = $derived.by(() => {
    const failure = this.asking.failure ?? this.reading.failure ?? this.live?.refused
    if (failure) return failure.issues[0]?.message ?? failure.message
    if (!this.over || this.execution?.status === 'succeeded') return undefined
    if (this.execution?.status === 'canceled') return 'Stopped. Your own text is as it was.'
    const failed = this.execution?.steps.findLast(({ error }) => error)
    return `${(failed ?? this.execution)?.error?.message ?? 'The model did not answer.'} Your own text is as it was.`
  })

  /** Follows what is started, as long as the component lives that is being made. `onDone` hears of each result. */
  watch(onDone: (result: Optimization) => void): void {
    $effect(() => {
      const { live } = this
      return live && untrack(() => live.follow())
    })
    $effect(() => {
      if (this.over) untrack(() => void this.#finish(onDone))
    })
  }

  /** Starts anew; `of` tells one start from another, `send` asks for it with a key. */
  async start(of: string, send: (idempotencyKey: string) => Promise<string>): Promise<void> {
    this.clear()
    if (this.#key?.of !== of) this.#key = { id: newKey(), of }
    const { id: key } = this.#key
    const execution = await this.asking.run(async () => {
      const id = await send(key)
      const answer = await query({ document: executionQuery, variables: { id } })
      if (!answer.execution) throw new Failure('execution.not_found', 'The optimizer was not found any more.')
      return answer.execution
    })
    if (!execution) return
    this.#key = undefined
    this.live = new LiveExecution(execution)
  }

  /** Goes on with what was started before the page was loaded anew; what is gone meanwhile is forgotten. */
  async resume(id: string): Promise<void> {
    try {
      const { execution } = await query({ document: executionQuery, variables: { id } })
      if (execution && !this.live && !this.asking.busy) this.live = new LiveExecution(execution)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }

  async stop(): Promise<void> {
    const { live } = this
    if (!live) return
    await this.reading.run(() =>
      mutate({ document: cancelExecution, variables: { id: live.current.id } }).then(() => live.refresh()),
    )
  }

  /** Forgets what was started. */
  clear(): void {
    this.live = undefined
    this.result = undefined
    this.asking.failure = undefined
    this.reading.failure = undefined
  }

  async #finish(onDone: (result: Optimization) => void): Promise<void> {
    const { live } = this
    if (!live || this.result || live.current.status !== 'succeeded') return
    const answer = await this.reading.run(() =>
      query({ document: optimizationQuery, variables: { id: live.current.id } }),
    )
    const result = answer?.optimizationResult
    if (this.live !== live || !result?.done) return
    this.result = result
    onDone(result)
  }
}
