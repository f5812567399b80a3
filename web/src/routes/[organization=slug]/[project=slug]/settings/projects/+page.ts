import { loadQuery } from '#lib/graphql/load.ts'
import { pageOf } from '#lib/settings/page-of.ts'
import { projectsQuery } from '#lib/settings/projects.documents.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const archived = event.url.searchParams.get('archived') === 'yes'
  const variables = { ...pageOf(event.url), archived }
  const { projects } = await loadQuery({ event, document: projectsQuery, variables })
  return { crumbs: settingsCrumbs(event.params, 'projects'), projects, archived }
}
