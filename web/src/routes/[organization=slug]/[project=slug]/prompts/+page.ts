import { loadQuery } from '#lib/graphql/load.ts'
import { promptListQuery } from '#lib/prompts/prompt-list.documents.ts'
import { promptListVariables } from '#lib/prompts/prompt-list.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { viewer } = await event.parent()
  const variables = promptListVariables(event.url, viewer.project.id)
  const { prompts } = await loadQuery({ event, document: promptListQuery, variables })
  return { crumbs: [{ name: 'Prompts', href: routesIn(event.params).prompts() }], prompts }
}
