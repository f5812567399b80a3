import { loadQuery } from '#lib/graphql/load.ts'
import { libraryQuery } from '#lib/prompts/library/library.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { libraryPrompts } = await loadQuery({ event, document: libraryQuery, variables: {} })
  const routes = routesIn(event.params)
  return {
    crumbs: [
      { name: 'Prompts', href: routes.prompts() },
      { name: 'Library', href: routes.promptLibrary() },
    ],
    prompts: libraryPrompts,
  }
}
