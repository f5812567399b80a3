import { normalizeSnippetName, snippetNameProblem } from '@quillworks/prompts/contract/template-text'
import { mutate, query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { Asking } from '../graphql/asking.svelte.ts'
import {
  createSnippetMutation,
  snippetQuery,
  updateSnippetMutation,
  type SnippetRow,
} from './snippet.documents.ts'

type Visibility = SnippetRow['visibility']

/** A snippet while it is written. */
export class SnippetDraft {
  name = $state('')
  text = $state('')
  visibility = $state<Visibility>('private')
  /** What the server has; none before the first save. */
  saved = $state.raw<SnippetRow>()
  /** Somebody else's newer version, met while saving. */
  theirs = $state.raw<SnippetRow>()
  readonly asking = new Asking()
  /** The name as it is saved. */
  readonly cleanName = $derived(normalizeSnippetName(this.name))
  /** Why it cannot be called that; undefined as long as it has no name. */
  readonly nameProblem = $derived(this.cleanName === '' ? undefined : snippetNameProblem(this.cleanName))
  readonly dirty = $derived(
    this.cleanName !== (this.saved?.name ?? '') ||
      this.text !== (this.saved?.text ?? '') ||
      this.visibility !== (this.saved?.visibility ?? 'private'),
  )

  constructor(saved?: SnippetRow) {
    this.saved = saved
    if (saved) this.#show(saved)
  }

  #show({ name, text, visibility }: SnippetRow): void {
    this.name = name
    this.text = text
    this.visibility = visibility
  }

  /** Saves; true where it is saved. */
  async save(): Promise<boolean> {
    const saved = await this.asking.run(() => this.#send())
    if (saved) this.saved = saved
    return saved !== undefined
  }

  /** Goes on with one's own text after theirs, or with theirs. */
  settle(mine: boolean): void {
    if (!this.theirs) return
    this.saved = this.theirs
    if (!mine) this.#show(this.theirs)
    this.theirs = undefined
    this.asking.failure = undefined
  }

  async #send(): Promise<SnippetRow> {
    const { saved, text, visibility, cleanName: name } = this
    if (!saved) {
      const variables = { input: { name, text, visibility } }
      return (await mutate({ document: createSnippetMutation, variables })).createSnippet
    }
    const input = {
      id: saved.id,
      baseVersion: saved.versionNumber,
      ...(name !== saved.name && { name }),
      ...(text !== saved.text && { text }),
      ...(visibility !== saved.visibility && { visibility }),
    }
    try {
      return (await mutate({ document: updateSnippetMutation, variables: { input } })).updateSnippet
    } catch (error) {
      if (error instanceof Failure && error.code === 'snippet.conflict') {
        const { snippet } = await query({ document: snippetQuery, variables: { id: saved.id } })
        if (snippet) this.theirs = snippet
      }
      throw error
    }
  }
}
