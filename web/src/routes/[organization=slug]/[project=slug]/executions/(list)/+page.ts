import { executionQuery } from '#lib/executions/execution.documents.ts'
import { loadQuery } from '#lib/graphql/load.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const id = event.url.searchParams.get('selected')
  if (!id) return { selected: null, preview: null }
  const [{ execution }, preview] = await Promise.all([
    loadQuery({ event, document: executionQuery, variables: { id } }),
    // Most come for the list: what one execution looks like, with all that its text needs, comes when one is chosen.
    import('#lib/executions/ExecutionPreview.svelte'),
  ])
  return { selected: execution ?? null, preview: execution ? preview.default : null }
}
