import { withTenant } from '@quillworks/database/tenant'
import { AppError } from '@quillworks/service-kit/errors'
import type { ActingIdentity } from '../audit/audit.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { insertOrganization } from './new-organization.ts'
import { listOrganizations } from './members.usecases.ts'

/** Makes an organization that the signed-in person owns. */
export async function createOrganization(
  dependencies: Pick<IdentityDependencies, 'database'>,
  identity: ActingIdentity,
  input: { name: string },
) {
  if (!identity.principal.startsWith('user:')) {
    throw new AppError('auth.forbidden', 'An API key belongs to one organization. Sign in to make another.')
  }
  const { userId, clientAddress } = identity
  const made = await withTenant(dependencies.database, { organizationId: '', userId }, (tx) =>
    insertOrganization(tx, { name: input.name, userId, clientAddress }),
  )
  const all = await listOrganizations(dependencies, userId)
  const organization = all.find((one) => one.id === made.organizationId)
  if (!organization) throw new AppError('internal', 'The organization was made but cannot be read.')
  return organization
}
