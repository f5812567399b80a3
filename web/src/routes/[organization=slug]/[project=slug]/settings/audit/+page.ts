import { loadQuery } from '#lib/graphql/load.ts'
import { auditFilterOf } from '#lib/settings/audit.ts'
import { auditQuery } from '#lib/settings/audit.documents.ts'
import { membersQuery } from '#lib/settings/members.documents.ts'
import { pageSize } from '#lib/settings/page-of.ts'
import { isAdmin } from '#lib/settings/roles.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

const peopleShown = { first: 100, last: null, after: null, before: null }

export const load: PageLoad = async (event) => {
  const crumbs = settingsCrumbs(event.params, 'audit')
  const { viewer } = await event.parent()
  if (!isAdmin(viewer.organization.role)) return { crumbs, log: undefined, people: [] }
  const after = event.url.searchParams.get('after')
  const variables = { first: pageSize, after, filter: auditFilterOf(event.url) }
  const [{ auditLog }, { members }] = await Promise.all([
    loadQuery({ event, document: auditQuery, variables }),
    loadQuery({ event, document: membersQuery, variables: peopleShown }),
  ])
  const people = members.edges.flatMap(({ node: { user } }) => (user ? [user] : []))
  return { crumbs, log: auditLog, people }
}
