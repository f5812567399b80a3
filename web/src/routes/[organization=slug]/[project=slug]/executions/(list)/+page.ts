import { executionQuery } from '#lib/executions/execution.documents.ts'
import { loadQuery } from '#lib/graphql/load.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const id = event.url.searchParams.get('selected')
  if (!id) return { selected: null, view: null }
  const [{ execution }, view] = await Promise.all([
    loadQuery({ event, document: executionQuery, variables: { id } }),
    // Most come for the list: the view of one execution, with all that its text needs, comes when one is chosen.
    import('#lib/executions/ExecutionView.svelte'),
  ])
  return { selected: execution ?? null, view: execution ? view.default : null }
}
