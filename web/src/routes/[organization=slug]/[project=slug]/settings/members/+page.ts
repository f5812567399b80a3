import { loadQuery } from '#lib/graphql/load.ts'
import { invitationsQuery, membersQuery } from '#lib/settings/members.documents.ts'
import { pageOf } from '#lib/settings/page-of.ts'
import { isAdmin } from '#lib/settings/roles.ts'
import { settingsCrumbs } from '#lib/settings/settings-pages.ts'
import type { PageLoad } from './$types'

/** Open invitations are for admins. */
export const load: PageLoad = async (event) => {
  const { viewer } = await event.parent()
  const [{ members }, open] = await Promise.all([
    loadQuery({ event, document: membersQuery, variables: pageOf(event.url) }),
    isAdmin(viewer.organization.role)
      ? loadQuery({ event, document: invitationsQuery, variables: {} })
      : undefined,
  ])
  return {
    crumbs: settingsCrumbs(event.params, 'members'),
    members,
    invitations: open?.invitations ?? [],
  }
}
