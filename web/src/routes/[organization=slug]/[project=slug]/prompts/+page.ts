import { loadQuery } from '#lib/graphql/load.ts'
import { promptsQuery } from '#lib/prompts/prompt.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const search = event.url.searchParams.get('search')
  const after = event.url.searchParams.get('after')
  const { prompts } = await loadQuery({
    event,
    document: promptsQuery,
    variables: { first: 50, after, search },
  })
  return {
    crumbs: [{ name: 'Prompts', href: routesIn(event.params).prompts() }],
    prompts,
    search: search ?? '',
  }
}
