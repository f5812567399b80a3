import { loadQuery } from '#lib/graphql/load.ts'
import { membersQuery } from '#lib/settings/members.documents.ts'
import { pageOf } from '#lib/settings/page-of.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { members } = await loadQuery({ event, document: membersQuery, variables: pageOf(event.url) })
  return { crumbs: settingsCrumbs(event.params, 'members'), members }
}
