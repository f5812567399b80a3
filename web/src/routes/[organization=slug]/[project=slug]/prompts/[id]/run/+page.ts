import { executionsQuery } from '#lib/executions/execution.documents.ts'
import { executionsOf } from '#lib/executions/execution-list.svelte.ts'
import { loadQuery, missing } from '#lib/graphql/load.ts'
import { conversationsShown, promptQuery } from '#lib/prompts/prompt.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { id } = event.params
  const conversations = executionsOf({ promptId: id }, conversationsShown)
  const [{ prompt, organization, kept }, { executions }] = await Promise.all([
    loadQuery({ event, document: promptQuery, variables: { id } }),
    loadQuery({ event, document: executionsQuery, variables: conversations }),
  ])
  if (!prompt) missing('There is no such prompt, or it is not shared with you.')
  return {
    crumbs: [
      { name: 'Prompts', href: routesIn(event.params).prompts() },
      { name: prompt.title, href: routesIn(event.params).runPrompt(id) },
    ],
    prompt,
    organization,
    kept,
    executions,
  }
}
