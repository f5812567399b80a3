import { redirect } from '@sveltejs/kit'
import { executionRowsQuery, savedViewsQuery } from '#lib/executions/execution-rows.documents.ts'
import { rowsVariables } from '#lib/executions/execution-rows.svelte.ts'
import { filterOf, queryOf, tidied } from '#lib/executions/filters.ts'
import { viewOf } from '#lib/executions/views.ts'
import { loadQuery } from '#lib/graphql/load.ts'
import { routesIn } from '#lib/routes.ts'
import type { LayoutLoad } from './$types'

// Apart from the page's own load, which knows what is selected: to select reads no list again.
export const load: LayoutLoad = async (event) => {
  const tidy = tidied(event.url)
  if (tidy !== undefined) redirect(307, tidy)
  const { viewer } = await event.parent()
  const asker = { projectId: viewer.project.id, viewerId: viewer.user.id, now: new Date() }
  const filter = filterOf(event.url, asker)
  const after = event.url.searchParams.get('after')
  const [{ executions }, { savedViews }] = await Promise.all([
    loadQuery({ event, document: executionRowsQuery, variables: rowsVariables(filter, after) }),
    loadQuery({ event, document: savedViewsQuery, variables: { page: 'executions' } }),
  ])
  return {
    crumbs: [{ name: 'Executions', href: routesIn(event.params).executions() }],
    executions,
    filter,
    after,
    query: queryOf(event.url),
    views: savedViews.map(viewOf),
  }
}
