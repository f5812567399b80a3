import { loadQuery } from '#lib/graphql/load.ts'
import { newPromptQuery } from '#lib/prompts/editor/editor.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { models } = await loadQuery({ event, document: newPromptQuery, variables: {} })
  const routes = routesIn(event.params)
  return {
    crumbs: [
      { name: 'Prompts', href: routes.prompts() },
      { name: 'New prompt', href: routes.newPrompt() },
    ],
    models,
  }
}
