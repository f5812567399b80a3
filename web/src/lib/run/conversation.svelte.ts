import { goto } from '$app/navigation'
import { stopStep, type ExecutionDetail } from '../executions/execution.documents.ts'
import { LiveExecution } from '../executions/live-execution.svelte.ts'
import { mutate } from '../graphql/client.ts'
import { Failure, type Issue } from '../graphql/failure.ts'
import { newKey } from '../graphql/new-key.ts'
import { regenerateMessage, runPrompt, sendMessage } from '../prompts/prompt.documents.ts'
import { routes } from '../routes.ts'
import { isFinal } from '../status.ts'
import { lastValues, messagesOf } from './messages.ts'
import type { Template } from './template.ts'
import { formFrom, readForm, type Form } from './values.ts'

/** What the run page holds: the form, the message being written, and the conversation once there is one. */
export class Conversation {
  readonly template: Template
  readonly live: LiveExecution | undefined
  form = $state<Form>({})
  message = $state('')
  model = $state('')
  issues = $state.raw<Issue[]>([])
  failure = $state.raw<Failure>()
  busy = $state(false)
  /** The same send tried again carries the same key, so that it counts once. */
  #key: { id: string; of: string } | undefined

  constructor({ template, execution }: { template: Template; execution?: ExecutionDetail }) {
    this.template = template
    this.live = execution && new LiveExecution(execution)
    this.form = formFrom(template.variables, execution && lastValues(execution.steps))
  }

  messages = $derived.by(() => messagesOf(this.live?.current.steps ?? []))
  /** The answer that is on its way, if one is. */
  pending = $derived.by(() => this.messages.find(({ step }) => !isFinal(step.status))?.step)
  ended = $derived.by(() => this.live !== undefined && isFinal(this.live.current.status))
  canSend = $derived.by(
    () =>
      !this.busy && !this.pending && !this.ended && (this.live === undefined || this.message.trim() !== ''),
  )

  /** Sends the message with the values on screen. The first send makes the execution and goes to its address. */
  async send(): Promise<void> {
    const { template, live } = this
    if (!this.canSend) return
    const { values, issues } = readForm(template.variables, this.form)
    this.issues = issues
    if (issues.length > 0) return
    const said = { values, message: this.message, model: this.model.trim() || undefined }
    await this.#doing(async () => {
      const idempotencyKey = this.#keyFor(JSON.stringify(said))
      if (live) {
        const { message, ...rest } = said
        const input = { executionId: live.current.id, message, ...rest, idempotencyKey }
        await mutate({ document: sendMessage, variables: { input } })
        this.#acknowledged(said.message)
        await live.refresh()
      } else {
        const input = {
          promptId: template.promptId,
          chat: true,
          ...said,
          message: said.message || undefined,
          idempotencyKey,
        }
        const { runPrompt: execution } = await mutate({ document: runPrompt, variables: { input } })
        this.#acknowledged(said.message)
        await goto(routes.execution(execution.id), { replace: true })
      }
    })
  }

  /** Empties the box, unless the next message is being written there already. */
  #acknowledged(message: string): void {
    if (this.message === message) this.message = ''
    this.#key = undefined
  }

  stop(stepKey: string): Promise<void> {
    return this.#command((id) => mutate({ document: stopStep, variables: { id, stepKey } }))
  }

  regenerate(stepKey: string): Promise<void> {
    return this.#command((executionId) => {
      const input = { executionId, stepKey, idempotencyKey: this.#keyFor(`again ${stepKey}`) }
      return mutate({ document: regenerateMessage, variables: { input } })
    })
  }

  #command(act: (executionId: string) => Promise<unknown>): Promise<void> {
    return this.#doing(async () => {
      const { live } = this
      if (!live) return
      await act(live.current.id)
      this.#key = undefined
      await live.refresh()
    })
  }

  async #doing(act: () => Promise<void>): Promise<void> {
    this.busy = true
    this.failure = undefined
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.failure = error
      this.issues = error.issues
    } finally {
      this.busy = false
    }
  }

  #keyFor(of: string): string {
    if (this.#key?.of !== of) this.#key = { id: newKey(), of }
    return this.#key.id
  }
}
