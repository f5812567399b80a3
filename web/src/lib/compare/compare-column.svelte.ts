import { cancelExecution, executionQuery, type ExecutionDetail } from '../executions/execution.documents.ts'
import { LiveExecution } from '../executions/live-execution.svelte.ts'
import { Asking } from '../graphql/asking.svelte.ts'
import { mutate, query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { newKey } from '../graphql/new-key.ts'
import { runPrompt } from '../prompts/prompt.documents.ts'
import { messagesOf } from '../run/messages.ts'
import { isFinal } from '../status.ts'
import { columnParam, versionInput, type ColumnChoice } from './columns.ts'

let lastId = 0

/** One column: whom it asks, and the answer that it shows. */
export class CompareColumn {
  readonly id = ++lastId
  model = $state('')
  which = $state('')
  live = $state.raw<LiveExecution>()
  readonly asking = new Asking()
  readonly stopping = new Asking()
  /** The same start tried again carries the same key, so that it counts once. */
  #key: { id: string; of: string } | undefined

  readonly step = $derived(messagesOf(this.live?.current.steps ?? []).at(-1)?.step)
  readonly working = $derived(
    this.asking.busy || (this.live !== undefined && !isFinal(this.live.current.status)),
  )
  readonly param = $derived(
    columnParam({ model: this.model, which: this.which, executionId: this.live?.current.id }),
  )

  constructor({ model, which }: ColumnChoice, execution?: ExecutionDetail | null) {
    this.model = model
    this.which = which
    if (execution) this.live = new LiveExecution(execution)
  }

  /** Sends the input to this column's model and version; what comes takes the place of the answer before. */
  async start(said: { promptId: string; values: Record<string, unknown>; message: string }): Promise<void> {
    const { message, ...rest } = said
    const input = {
      ...rest,
      ...versionInput(this.which),
      message: message.trim() || null,
      model: this.model || null,
      chat: false,
    }
    const of = JSON.stringify(input)
    if (this.#key?.of !== of) this.#key = { id: newKey(), of }
    const { id: idempotencyKey } = this.#key
    const execution = await this.asking.run(async () => {
      const variables = { input: { ...input, idempotencyKey } }
      const { id } = (await mutate({ document: runPrompt, variables })).runPrompt
      const answer = await query({ document: executionQuery, variables: { id } })
      if (!answer.execution) throw new Failure('execution.not_found', 'This execution no longer exists.')
      return answer.execution
    })
    if (!execution) return
    this.#key = undefined
    this.live = new LiveExecution(execution)
  }

  async stop(): Promise<void> {
    const { live } = this
    if (!live || isFinal(live.current.status)) return
    await this.stopping.run(async () => {
      await mutate({ document: cancelExecution, variables: { id: live.current.id } })
      await live.refresh()
    })
  }
}
