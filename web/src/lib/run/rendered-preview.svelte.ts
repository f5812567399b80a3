import { AskedAfterPause } from '../graphql/asked-after-pause.svelte.ts'
import { query } from '../graphql/client.ts'
import { Failure } from '../graphql/failure.ts'
import { runPreviewQuery, runTemplateQuery, type RunPreview } from './run.documents.ts'
import type { Template } from './template.ts'
import { readForm, type Form } from './values.ts'

/** What the values on screen would send, as the server renders it, and the texts that it is rendered from. */
export class RenderedPreview extends AskedAfterPause<RunPreview> {
  /** The texts of the conversation's version; undefined where they cannot be read. */
  texts = $state.raw<{ system: string; body: string }>()

  want({ promptId, version, variables }: Template, form: Form): void {
    this.askSoon(async () => {
      const { values } = readForm(variables, form)
      const { promptPreview } = await query({
        document: runPreviewQuery,
        variables: { input: { promptId, version, values } },
      })
      return promptPreview
    })
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

  protected override troubleOf(failure: Failure): string {
    return failure.code === 'network.unreachable'
      ? 'This cannot be shown while the server is away. It is asked again when it is back.'
      : super.troubleOf(failure)
  }
}
