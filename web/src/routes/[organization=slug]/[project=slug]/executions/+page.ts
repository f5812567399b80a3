import { executionQuery, executionsQuery } from '#lib/executions/execution.documents.ts'
import { executionsOf } from '#lib/executions/execution-list.svelte.ts'
import { statusesOf } from '#lib/executions/filters.ts'
import { loadQuery } from '#lib/graphql/load.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const show = event.url.searchParams.get('show')
  const selected = event.url.searchParams.get('selected')
  const statuses = statusesOf(show)
  const projectId = (await event.parent()).viewer.project.id
  const [{ executions }, detail] = await Promise.all([
    loadQuery({ event, document: executionsQuery, variables: executionsOf({ statuses, projectId }) }),
    selected ? loadQuery({ event, document: executionQuery, variables: { id: selected } }) : undefined,
  ])
  return {
    crumbs: [{ name: 'Executions', href: routesIn(event.params).executions() }],
    executions,
    statuses,
    show: show ?? 'all',
    selected: detail?.execution ?? null,
    // Most come for the list: the view of one execution, with all that its text needs, comes when one is chosen.
    view: detail?.execution ? (await import('#lib/executions/ExecutionView.svelte')).default : null,
  }
}
