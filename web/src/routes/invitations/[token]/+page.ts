import { loadQuery } from '#lib/graphql/load.ts'
import { invitationQuery } from './invitation.documents.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async (event) => {
  const { token } = event.params
  const { invitation } = await loadQuery({ event, document: invitationQuery, variables: { token } })
  const session = await event.fetch('/api/auth/get-session')
  const signedIn: unknown = session.ok ? await session.json() : null
  return { token, invitation, signedIn: signedIn !== null }
}
