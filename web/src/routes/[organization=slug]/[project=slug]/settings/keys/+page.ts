import { loadQuery } from '#lib/graphql/load.ts'
import { keysQuery } from '#lib/settings/keys.documents.ts'
import { pageOf } from '#lib/settings/page-of.ts'
import { isAdmin } from '#lib/settings/roles.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

/** The list is for admins; who may only make keys of their own gets none. */
export const load: PageLoad = async (event) => {
  const { viewer } = await event.parent()
  const answer = isAdmin(viewer.organization.role)
    ? await loadQuery({ event, document: keysQuery, variables: pageOf(event.url) })
    : undefined
  return { crumbs: settingsCrumbs(event.params, 'keys'), keys: answer?.apiKeys }
}
