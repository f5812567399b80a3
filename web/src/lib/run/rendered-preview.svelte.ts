import { untrack } from 'svelte'
import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { runPreviewQuery, runTemplateQuery, type RunPreview } from './run.documents.ts'
import type { Template } from './template.ts'
import { readForm, type Form } from './values.ts'

const pauseMs = 250

/** What the values on screen would send, as the server renders it, and the texts that it is rendered from. */
export class RenderedPreview {
  current = $state.raw<RunPreview>()
  /** The texts of the conversation's version; undefined where they cannot be read. */
  texts = $state.raw<{ system: string; body: string }>()
  /** Why it cannot be rendered now. */
  trouble = $state('')
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0

  /** Asks for these values after a pause in typing. */
  want(template: Template, form: Form): void {
    clearTimeout(this.#timer)
    // Who asks in an effect would else ask again with each answer.
    const pause = untrack(() => this.current) ? pauseMs : 0
    this.#timer = setTimeout(() => void this.#ask(template, form), pause)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#asked += 1
  }

  /** Reads the texts once. */
  async readTexts({ promptId: id, version, deleted }: Template): Promise<void> {
    if (deleted || this.texts) return
    try {
      const { prompt } = await query({ document: runTemplateQuery, variables: { id, version } })
      this.texts = prompt?.version ?? undefined
    } catch (error) {
      // Without them nothing is marked, which is all that is lost.
      if (!(error instanceof Failure)) throw error
    }
  }

  async #ask({ promptId, version, variables }: Template, form: Form): Promise<void> {
    const mine = ++this.#asked
    const { values } = readForm(variables, form)
    try {
      const { promptPreview } = await query({
        document: runPreviewQuery,
        variables: { input: { promptId, version, values } },
      })
      if (mine !== this.#asked) return
      this.current = promptPreview
      this.trouble = ''
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (mine !== this.#asked) return
      const away = error.code === 'network.unreachable'
      this.trouble = away
        ? 'This cannot be shown while the server is away. It is asked again when it is back.'
        : (error.issues[0]?.message ?? error.message)
    }
  }
}
