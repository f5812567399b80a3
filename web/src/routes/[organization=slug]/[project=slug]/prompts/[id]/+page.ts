import { loadQuery, missing } from '#lib/graphql/load.ts'
import { editorQuery } from '#lib/prompts/editor/editor.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { id } = event.params
  const { prompt, models } = await loadQuery({ event, document: editorQuery, variables: { id } })
  if (!prompt) missing('There is no such prompt, or it is not shared with you.')
  const routes = routesIn(event.params)
  return {
    crumbs: [
      { name: 'Prompts', href: routes.prompts() },
      { name: prompt.title, href: routes.prompt(id) },
    ],
    prompt,
    models,
  }
}
