import { loadQuery, missing } from '#lib/graphql/load.ts'
import { snippetQuery } from '#lib/snippets/snippet.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { id } = event.params
  const { snippet } = await loadQuery({ event, document: snippetQuery, variables: { id } })
  if (!snippet) missing('There is no such snippet, or it is not shared with you.')
  const routes = routesIn(event.params)
  return {
    crumbs: [
      { name: 'Context', href: routes.snippets() },
      { name: `@${snippet.name}`, href: routes.snippet(id) },
    ],
    snippet,
  }
}
