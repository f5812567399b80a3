import { loadQuery } from '#lib/graphql/load.ts'
import { organizationQuery } from '#lib/settings/organization.documents.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { organization, promptPolicy } = await loadQuery({
    event,
    document: organizationQuery,
    variables: {},
  })
  return { crumbs: settingsCrumbs(event.params, 'organization'), organization, policy: promptPolicy }
}
