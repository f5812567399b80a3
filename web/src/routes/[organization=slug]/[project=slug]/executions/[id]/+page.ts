import { executionQuery } from '#lib/executions/execution.documents.ts'
import { loadQuery, missing } from '#lib/graphql/load.ts'
import { startedPromptQuery } from '#lib/prompts/prompt.documents.ts'
import { routesIn } from '#lib/routes.ts'
import { takeBegun } from '#lib/run/conversation.svelte.ts'
import { startedTemplate } from '#lib/run/template.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { id } = event.params
  const { execution } = await loadQuery({ event, document: executionQuery, variables: { id } })
  if (!execution) missing('There is no such execution, or it is not shared with you.')
  const { source } = execution
  const chat = execution.kind === 'chat' && source?.type === 'prompt'
  const started =
    chat &&
    (await loadQuery({
      event,
      document: startedPromptQuery,
      variables: { id: source.id, version: source.version },
    }))
  return {
    crumbs: [
      { name: 'Executions', href: routesIn(event.params).executions() },
      { name: execution.name, href: routesIn(event.params).execution(id) },
    ],
    execution,
    begun: takeBegun(id),
    template: started
      ? startedTemplate(execution, started.prompt, started.organization.name, started.kept)
      : undefined,
  }
}
