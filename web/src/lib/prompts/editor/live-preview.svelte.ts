import { untrack } from 'svelte'
import { query } from '../../graphql/client.ts'
import { Failure } from '../../graphql/failure.ts'
import { readForm, type Form } from '../../run/values.ts'
import { editorPreviewQuery, type PromptPreview } from './editor.documents.ts'
import { inputOf, variablesOf, type PromptContent } from './prompt-content.ts'

const pauseMs = 250

/** What would be sent with the text and the values on screen, as the server renders it. */
export class LivePreview {
  current = $state.raw<PromptPreview>()
  /** Why it cannot be rendered now. */
  trouble = $state('')
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0

  /** Asks for the preview of this text after a pause in typing. */
  want(content: PromptContent, form: Form): void {
    clearTimeout(this.#timer)
    // Who asks in an effect would else ask again with each answer.
    const pause = untrack(() => this.current) ? pauseMs : 0
    this.#timer = setTimeout(() => void this.#ask(content, form), pause)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#asked += 1
  }

  async #ask(content: PromptContent, form: Form): Promise<void> {
    const mine = ++this.#asked
    const { system, body, variables } = inputOf(content)
    const { values } = readForm(variablesOf(content), form)
    const input = { system: system ?? '', body: body ?? '', variables: variables ?? [], values }
    try {
      const { promptPreview } = await query({ document: editorPreviewQuery, variables: { input } })
      if (mine !== this.#asked) return
      this.current = promptPreview
      this.trouble = ''
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (mine === this.#asked) this.trouble = error.issues[0]?.message ?? error.message
    }
  }
}
