import { mutate } from '../../graphql/client.ts'
import type { PromptVariable } from '../prompt.documents.ts'
import type { PromptDraft } from '../editor/prompt-draft.svelte.ts'
import { variablesOf } from '../editor/prompt-content.ts'
import { arrivingTitle } from './arriving-answer.ts'
import {
  generateMutation,
  optimizeMutation,
  titleMutation,
  type Optimization,
  type OptimizeInput,
} from './optimize.documents.ts'
import { OptimizerRun } from './optimizer-run.svelte.ts'

/** The texts of a prompt that a model can write. */
export interface Texts {
  title: string
  system: string
  body: string
  variables: PromptVariable[]
}

/** What models do for a prompt while one writes it. Nothing of it is saved before its author saves. */
export class PromptHelp {
  readonly #draft: PromptDraft
  readonly optimizing = new OptimizerRun()
  readonly generating = new OptimizerRun()
  readonly naming = new OptimizerRun()
  /** The dialog that is open. What it started goes on while it is closed. */
  open = $state<'optimize' | 'generate'>()
  part = $state<OptimizeInput['part']>('whole')
  instruction = $state('')
  description = $state('')
  model = $state('')
  /** The texts that are not on screen, once a model's were taken: one's own, or the model's after going back. */
  other = $state.raw<Texts>()
  /** Whose texts are on screen. */
  showing = $state<'own' | 'made'>('own')
  /** The title before a model began to write one, and what it wrote last. */
  #named: { before: string; shown: string } | undefined

  constructor(draft: PromptDraft) {
    this.#draft = draft
  }

  readonly hasText = $derived.by(() => {
    const { system, body } = this.#draft.content
    return `${system}${body}`.trim() !== ''
  })
  readonly hasSystem = $derived.by(() => this.#draft.content.system.trim() !== '')
  /** The prompt's own model, which is asked where no other one is chosen. */
  readonly ownModel = $derived.by(() => this.#draft.content.model)

  /** Sends the texts on screen, saved or not. */
  async optimize(): Promise<void> {
    const { title, system, body } = this.#texts()
    const instruction = this.instruction.trim() || null
    const part = this.hasSystem ? this.part : 'whole'
    const input = { ...this.#asked(), title, system, body, part, instruction }
    await this.optimizing.start(JSON.stringify(input), async (idempotencyKey) => {
      const variables = { input: { ...input, idempotencyKey } }
      return (await mutate({ document: optimizeMutation, variables })).optimizePrompt.id
    })
  }

  async generate(): Promise<void> {
    const input = { description: this.description.trim(), model: this.model || null }
    this.#begun = JSON.stringify(this.#texts())
    await this.generating.start(JSON.stringify(input), async (idempotencyKey) => {
      const variables = { input: { ...input, idempotencyKey } }
      return (await mutate({ document: generateMutation, variables })).generatePrompt.id
    })
  }
  /** The texts on screen when a whole prompt was asked for. */
  #begun = ''

  /** Writes a title into its field as it arrives. */
  async name(): Promise<void> {
    const { title, system, body } = this.#texts()
    this.#named = { before: title, shown: title }
    const { promptId } = this.#asked()
    const input = { promptId, system, body }
    await this.naming.start(JSON.stringify({ input, at: title }), async (idempotencyKey) => {
      const variables = { input: { ...input, idempotencyKey } }
      return (await mutate({ document: titleMutation, variables })).generateTitle.id
    })
  }

  /** Shows the title as far as it has arrived; what somebody types there meanwhile stays. */
  showTitle(text: string): void {
    const { content } = this.#draft
    if (!this.#named || text === '') return
    if (content.title !== this.#named.shown) {
      this.#named = undefined
      void this.naming.stop()
      return
    }
    content.title = arrivingTitle(text)
    this.#named.shown = content.title
  }

  /** Takes the whole title, or puts the one before back where there is none; gives what takes it back, if it was set. */
  settleTitle(title: string | null): (() => void) | undefined {
    const { content } = this.#draft
    const named = this.#named
    this.#named = undefined
    if (!named || content.title !== named.shown) return undefined
    content.title = title ?? named.before
    return title === null ? undefined : () => (content.title = named.before)
  }

  /** True where one went on writing after the model was given the texts. */
  changedSince({ kind, givenTitle, givenSystem, givenBody }: Optimization): boolean {
    const { title, system, body } = this.#texts()
    if (kind === 'generation') return this.#begun !== JSON.stringify(this.#texts())
    return title !== givenTitle || system !== givenSystem || body !== givenBody
  }

  /** Puts what came of it into the editor, unsaved; one's own texts can be had back. */
  accept({ kind, title, system, body, variables }: Optimization): void {
    const own = this.#texts()
    this.other = own
    this.showing = 'made'
    const optimized = kind === 'optimization'
    this.#put({
      title: optimized ? own.title : (title ?? own.title),
      system: system ?? own.system,
      body: body ?? own.body,
      variables: optimized ? own.variables : (variables ?? own.variables),
    })
  }

  /** Shows one's own texts instead of the model's, or the other way round; neither is lost by it. */
  swap(): void {
    if (!this.other) return
    const shown = this.#texts()
    this.#put(this.other)
    this.other = shown
    this.showing = this.showing === 'made' ? 'own' : 'made'
  }

  #texts(): Texts {
    const content = $state.snapshot(this.#draft.content)
    const { title, system, body } = content
    return { title, system, body, variables: variablesOf(content) }
  }

  #put(texts: Texts): void {
    Object.assign(this.#draft.content, structuredClone(texts))
  }

  #asked() {
    const { saved, content } = this.#draft
    return { promptId: saved?.id ?? null, model: this.model || content.model }
  }
}
