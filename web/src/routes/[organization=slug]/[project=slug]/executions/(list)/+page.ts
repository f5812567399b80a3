import { isHttpError } from '@sveltejs/kit'
import { executionQuery } from '#lib/executions/execution.documents.ts'
import { loadQuery } from '#lib/graphql/load.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const id = event.url.searchParams.get('selected')
  if (!id) return { selected: null, preview: null, gone: false }
  const [execution, preview] = await Promise.all([
    readSelected(event, id),
    // Most come for the list: what one execution looks like, with all that its text needs, comes when one is chosen.
    import('#lib/executions/ExecutionPreview.svelte'),
  ])
  return { selected: execution, preview: preview.default, gone: execution === null }
}

/** Null where it is gone, or somebody else's: the list is worth showing without it. */
async function readSelected(event: Parameters<PageLoad>[0], id: string) {
  try {
    return (await loadQuery({ event, document: executionQuery, variables: { id } })).execution
  } catch (failure) {
    if (isHttpError(failure, 404)) return null
    throw failure
  }
}
