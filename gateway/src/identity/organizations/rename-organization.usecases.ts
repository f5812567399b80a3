import { withTenant } from '@quillworks/database/tenant'
import { invalidInput, notFound } from '@quillworks/service-kit/errors'
import { eq } from 'drizzle-orm'
import { requireAbility } from '../access.ts'
import { type ActingIdentity, audit } from '../audit/audit.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { listOrganizations } from './members.usecases.ts'
import { organizations } from './organizations.table.ts'

/** Renames the organization that the caller acts in; its slug stays, so that links keep working. */
export async function renameOrganization(
  dependencies: Pick<IdentityDependencies, 'database'>,
  identity: ActingIdentity,
  input: { name: string },
) {
  requireAbility(identity.role, 'organization', 'update')
  const name = input.name.trim()
  if (name.length < 1 || name.length > 100)
    throw invalidInput([{ path: ['name'], message: 'A name of 1 to 100 characters.' }])
  const { organizationId, userId } = identity
  const where = eq(organizations.id, organizationId)
  await withTenant(dependencies.database, identity, async (tx) => {
    const [before] = await tx.select().from(organizations).where(where).for('update')
    if (!before) throw notFound('organization')
    await tx.update(organizations).set({ name }).where(where)
    const target = { type: 'organization', id: organizationId, name }
    await audit(tx, identity, {
      action: 'organization.renamed',
      target,
      details: { from: before.name, to: name },
    })
  })
  const all = await listOrganizations(dependencies, userId)
  const organization = all.find((one) => one.id === organizationId)
  if (!organization) throw notFound('organization')
  return organization
}
