import { untrack } from 'svelte'
import { goto } from '$app/navigation'
import { forkExecution, stopStep, type ExecutionDetail } from '../executions/execution.documents.ts'
import { LiveExecution } from '../executions/live-execution.svelte.ts'
import { mutate } from '../graphql/client.ts'
import { Failure, type Issue } from '../graphql/failure.ts'
import { newKey } from '../graphql/new-key.ts'
import { regenerateMessage, runPrompt, sendMessage } from '../prompts/prompt.documents.ts'
import { Ratings } from '../ratings/ratings.svelte.ts'
import { routes, writesHere } from '../frame/here.ts'
import { isFinal } from '../status.ts'
import type { Draft } from './drafts.ts'
import { lastValues, messagesOf } from './messages.ts'
import { renameExecutionMutation } from './run.documents.ts'
import type { Template } from './template.ts'
import { formFrom, readForm, type Form } from './values.ts'

export type Panel = 'variables' | 'conversation' | 'inspector'
export type InspectorTab = 'Rendered' | 'Usage' | 'Steps' | 'Raw'

/** Shows an execution that the conversation `from` has just begun or was forked into; rejects with a `Failure`. */
export type GoOn = (id: string, how: { from: Conversation; begun: boolean }) => Promise<void>

let leaving: { id: string; conversation: Conversation } | undefined

/** The page that has just begun execution `id` and goes to its address, if one has; told once. */
export function takeBegun(id: string): Conversation | undefined {
  const found = leaving?.id === id ? leaving.conversation : undefined
  leaving = undefined
  return found
}

/** To the page of the execution. Focus stays where it is after a first send: words are typed meanwhile. */
const toItsPage: GoOn = async (id, { from, begun }) => {
  if (begun) leaving = { id, conversation: from }
  await goto(routes.execution(id), begun ? { replace: true, reset: false } : {})
}

/** What the run page holds: the form, the message being written, and the conversation once there is one. */
export class Conversation {
  readonly template: Template
  readonly live: LiveExecution | undefined
  /** What people say of it and its answers. */
  readonly ratings: Ratings | undefined
  form = $state<Form>({})
  message = $state('')
  model = $state('')
  issues = $state.raw<Issue[]>([])
  failure = $state.raw<Failure>()
  busy = $state(false)
  /** The part that is on screen where there is room for one. */
  panel = $state<Panel>('conversation')
  tab = $state<InspectorTab>('Rendered')
  /** Where the caret stands in the message. */
  caret: [start: number, end: number] | undefined
  /** Went on at another address, with everything that was typed. */
  #left = false
  #goOn: GoOn
  /** The same send tried again carries the same key, so that it counts once. */
  #key: { id: string; of: string } | undefined

  /**
   * `begun` is the page that sent the first message; what was typed there since is kept. `goOn` shows what comes of this
   * conversation elsewhere than on its page.
   */
  constructor({
    template,
    execution,
    begun,
    goOn = toItsPage,
  }: {
    template: Template
    execution?: ExecutionDetail
    begun?: Conversation | undefined
    goOn?: GoOn
  }) {
    this.template = template
    this.#goOn = goOn
    this.live = execution && new LiveExecution(execution)
    this.ratings = execution && new Ratings(execution.id)
    this.form = this.#fresh()
    this.model = execution ? (messagesOf(execution.steps).at(-1)?.step.model ?? '') : ''
    if (begun) untrack(() => this.#takeOver(begun))
  }

  #takeOver(begun: Conversation): void {
    const { form, message, model, panel, tab, caret } = begun
    Object.assign(this, { form: { ...this.form, ...form }, message, panel, tab, caret })
    this.model = model || this.model
  }

  /** The form as it is before anything is changed on it. */
  #fresh(): Form {
    return formFrom(this.template.variables, this.live && lastValues(this.live.current.steps))
  }

  /** What is written here and not sent; undefined where nothing is. */
  get draft(): Draft | undefined {
    const { form, message, model } = $state.snapshot({
      form: this.form,
      message: this.message,
      model: this.model,
    })
    const same = JSON.stringify(form) === JSON.stringify(this.#fresh())
    return this.#left || (same && message.trim() === '') ? undefined : { form, message, model }
  }

  /** Puts back what was written here before. */
  restore({ form, message, model }: Draft): void {
    for (const name of Object.keys(this.form)) {
      const value = form[name]
      if (value !== undefined) this.form[name] = value
    }
    this.message = message
    this.model = model
  }

  messages = $derived.by(() => messagesOf(this.live?.current.steps ?? []))
  /** The answer that is on its way, if one is. */
  pending = $derived.by(() => this.messages.find(({ step }) => !isFinal(step.status))?.step)
  ended = $derived.by(() => this.live !== undefined && isFinal(this.live.current.status))
  /** Whose conversation it is, where it is read without a say in it. */
  readonly othersName = $derived.by(() => {
    const execution = this.live?.current
    return execution && !execution.viewerCanWrite ? execution.createdBy.name : undefined
  })
  /** Whether the reader may run and write at all: a viewer reads. */
  readonly writes = $derived.by(() => writesHere())
  /** Whether the reader may go on in it. */
  readonly writable = $derived.by(() => this.writes && this.othersName === undefined && !this.ended)
  canStop = $derived.by(() => this.live === undefined || this.live.current.viewerCanEnd)
  canSend = $derived.by(
    () =>
      !this.busy && !this.pending && this.writable && (this.live === undefined || this.message.trim() !== ''),
  )

  /** Sends the message with the values on screen. The first send makes the execution and goes to its address. */
  async send(): Promise<void> {
    const { template, live } = this
    if (!this.canSend) return
    const { values, issues } = readForm(template.variables, this.form)
    this.issues = issues
    if (issues.length > 0) return
    const said = { values, message: this.message, model: this.model.trim() || undefined }
    const idempotencyKey = this.#keyFor(JSON.stringify(said))
    // From here on the box belongs to the next message, and the answer is what one wants to see.
    this.message = ''
    this.panel = 'conversation'
    const done = await this.#doing(async () => {
      if (live) {
        const { message, ...rest } = said
        const input = { executionId: live.current.id, message, ...rest, idempotencyKey }
        await mutate({ document: sendMessage, variables: { input } })
        this.#key = undefined
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
        this.#key = undefined
        this.#left = true
        await this.#goOn(execution.id, { from: this, begun: true })
      }
    })
    if (!done) this.message = [said.message, this.message].filter(Boolean).join('\n\n')
  }

  /** The failures that no field on screen shows, in words. */
  problems = $derived.by(() => {
    const shown = new Set(this.template.variables.map(({ name }) => name))
    return this.issues.filter(({ path }) => !shown.has(String(path.at(-1)))).map(({ message }) => message)
  })

  stop(stepKey: string): Promise<void> {
    return this.#command((id) => mutate({ document: stopStep, variables: { id, stepKey } }))
  }

  regenerate(stepKey: string): Promise<void> {
    return this.#command((executionId) => {
      const model = this.model.trim() || undefined
      const idempotencyKey = this.#keyFor(`again ${stepKey} ${model}`)
      const input = { executionId, stepKey, model, idempotencyKey }
      return mutate({ document: regenerateMessage, variables: { input } })
    })
  }

  /**
   * Goes on in a conversation of one's own, with everything that was said in this one up to the answer of `stepKey`;
   * with all of it where none is named.
   */
  async fork(stepKey?: string): Promise<void> {
    await this.#doing(async () => {
      const id = this.live?.current.id
      if (id === undefined) return
      const idempotencyKey = this.#keyFor(`fork ${id} ${stepKey}`)
      const variables = { id, stepKey: stepKey ?? null, idempotencyKey }
      const { forkExecution: execution } = await mutate({ document: forkExecution, variables })
      this.#key = undefined
      await this.#goOn(execution.id, { from: this, begun: false })
    })
  }

  /** Gives the conversation another name; rejects with a `Failure`. */
  async rename(name: string): Promise<void> {
    const { live } = this
    if (!live) return
    await mutate({ document: renameExecutionMutation, variables: { id: live.current.id, name } })
    await live.refresh()
  }

  async #command(act: (executionId: string) => Promise<unknown>): Promise<void> {
    await this.#doing(async () => {
      const { live } = this
      if (!live) return
      await act(live.current.id)
      this.#key = undefined
      await live.refresh()
    })
  }

  /** Whether it could be done; else `failure` says why not. */
  async #doing(act: () => Promise<void>): Promise<boolean> {
    this.busy = true
    this.failure = undefined
    try {
      await act()
      return true
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.failure = error
      this.issues = error.issues
      return false
    } finally {
      this.busy = false
    }
  }

  #keyFor(of: string): string {
    if (this.#key?.of !== of) this.#key = { id: newKey(), of }
    return this.#key.id
  }
}
