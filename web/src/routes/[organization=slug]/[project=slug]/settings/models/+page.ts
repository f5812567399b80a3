import { loadQuery } from '#lib/graphql/load.ts'
import { modelsQuery } from '#lib/settings/models.documents.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { providers, models } = await loadQuery({ event, document: modelsQuery, variables: {} })
  return { crumbs: settingsCrumbs(event.params, 'models'), providers, models }
}
