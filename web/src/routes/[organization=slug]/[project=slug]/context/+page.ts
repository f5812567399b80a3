import { loadQuery } from '#lib/graphql/load.ts'
import { snippetsQuery } from '#lib/snippets/snippet.documents.ts'
import { snippetListVariables } from '#lib/snippets/snippet-list.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { snippets } = await loadQuery({
    event,
    document: snippetsQuery,
    variables: snippetListVariables(event.url),
  })
  return { crumbs: [{ name: 'Context', href: routesIn(event.params).snippets() }], snippets }
}
