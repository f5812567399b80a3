import { AskedAfterPause } from '../../graphql/asked-after-pause.svelte.ts'
import { query } from '../../graphql/client.ts'
import { readForm, type Form } from '../../run/values.ts'
import { editorPreviewQuery, type PromptPreview } from './editor.documents.ts'
import { inputOf, variablesOf, type PromptContent } from './prompt-content.ts'

/** What would be sent with the text and the values on screen, as the server renders it. */
export class LivePreview extends AskedAfterPause<PromptPreview> {
  want(content: PromptContent, form: Form): void {
    this.askSoon(async () => {
      const { system, body, variables } = inputOf(content)
      const { values } = readForm(variablesOf(content), form)
      const input = { system: system ?? '', body: body ?? '', variables: variables ?? [], values }
      const { promptPreview } = await query({ document: editorPreviewQuery, variables: { input } })
      return promptPreview
    })
  }
}
