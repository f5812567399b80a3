import { loadQuery } from '#lib/graphql/load.ts'
import { accountQuery } from '#lib/settings/account.documents.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { account } = await loadQuery({ event, document: accountQuery, variables: {} })
  return { crumbs: settingsCrumbs(event.params, 'account'), account }
}
