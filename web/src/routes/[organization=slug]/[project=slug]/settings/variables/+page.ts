import { loadQuery } from '#lib/graphql/load.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import { variablesQuery } from '#lib/settings/variables.documents.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { variables } = await loadQuery({ event, document: variablesQuery, variables: { scope: null } })
  return { crumbs: settingsCrumbs(event.params, 'variables'), variables }
}
