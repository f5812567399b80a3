import { executionsQuery } from '#lib/executions/execution.documents.ts'
import { executionsOf } from '#lib/executions/execution-list.svelte.ts'
import { loadQuery } from '#lib/graphql/load.ts'
import { promptsQuery } from '#lib/prompts/prompt.documents.ts'
import { routesIn } from '#lib/routes.ts'
import type { PageLoad } from './$types'

/** Rows of what ran last. */
const recentShown = 14

export const load: PageLoad = async (event) => {
  const projectId = (await event.parent()).viewer.project.id
  const [{ prompts }, { executions }] = await Promise.all([
    loadQuery({ event, document: promptsQuery, variables: { first: 6, projectId } }),
    loadQuery({ event, document: executionsQuery, variables: executionsOf({ projectId }, recentShown) }),
  ])
  return { crumbs: [{ name: 'Home', href: routesIn(event.params).home() }], prompts, executions }
}
