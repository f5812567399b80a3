import { mutate, query } from '../../graphql/client.ts'
import { Failure } from '../../graphql/failure.ts'
import { Asking } from '../../graphql/asking.svelte.ts'
import {
  createPromptMutation,
  newestQuery,
  updatePromptMutation,
  type SavedPrompt,
} from './editor.documents.ts'
import {
  contentOf,
  emptyContent,
  inputOf,
  isSame,
  variablesOf,
  type PromptContent,
} from './prompt-content.ts'

/** Somebody else's newer text, met while saving. */
export interface Conflict {
  theirs: SavedPrompt
  by: string
}

/** A prompt while it is written: what is on screen, what is saved, and how far apart they are. */
export class PromptDraft {
  content = $state<PromptContent>(structuredClone(emptyContent))
  /** What the server has; none before the first save. */
  saved = $state.raw<SavedPrompt>()
  conflict = $state.raw<Conflict>()
  readonly asking = new Asking()
  readonly dirty = $derived(!isSame(this.content, this.saved ? contentOf(this.saved) : emptyContent))
  readonly variables = $derived(variablesOf(this.content))

  constructor(saved?: SavedPrompt) {
    this.saved = saved
    if (saved) this.content = contentOf(saved)
  }

  /** Saves as a new version; true where it is saved. A newer version of somebody else becomes `conflict`. */
  async save(comment = ''): Promise<boolean> {
    const sent = $state.snapshot(this.content)
    const saved = await this.asking.run(() => this.#send(sent, comment))
    if (!saved) return false
    this.saved = saved
    // What was typed while it was under way stays.
    if (isSame($state.snapshot(this.content), sent)) this.content = contentOf(saved)
    return true
  }

  /** Goes on with one's own text as the change of their version, or with theirs. */
  settle(mine: boolean): void {
    if (!this.conflict) return
    this.saved = this.conflict.theirs
    if (!mine) this.content = contentOf(this.conflict.theirs)
    this.conflict = undefined
    this.asking.failure = undefined
  }

  /** Puts back what is saved. */
  discard(): void {
    this.content = this.saved ? contentOf(this.saved) : structuredClone(emptyContent)
  }

  async #send(content: PromptContent, comment: string): Promise<SavedPrompt> {
    const input = { ...inputOf(content), ...(comment && { comment }) }
    if (!this.saved)
      return (await mutate({ document: createPromptMutation, variables: { input } })).createPrompt
    const { id, versionNumber } = this.saved
    try {
      const variables = { input: { ...input, id, baseVersion: versionNumber } }
      return (await mutate({ document: updatePromptMutation, variables })).updatePrompt
    } catch (error) {
      if (error instanceof Failure && error.code === 'prompt.conflict') await this.#meet(id)
      throw error
    }
  }

  async #meet(id: string): Promise<void> {
    const { prompt } = await query({ document: newestQuery, variables: { id } })
    if (prompt) this.conflict = { theirs: prompt, by: prompt.version?.createdBy.name ?? 'Somebody' }
  }
}
