import type { Transaction } from '@quillworks/database/connect'
import { AppError, invalidInput } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import { sql } from 'drizzle-orm'
import { audit } from '../audit/audit.ts'
import { projects } from '../projects/projects.table.ts'
import { slugOf } from '../projects/slug.ts'
import { members, organizations } from './organizations.table.ts'

const namesTried = 100

/** An organization as it begins: its owner and its default project. */
export interface NewOrganization {
  organizationId: string
  projectId: string
}

/**
 * Makes an organization with its owner and default project in the caller's transaction, which goes on inside the new
 * organization's context. Its slug gets a number where another has the name.
 */
export async function insertOrganization(
  tx: Transaction,
  input: { name: string; userId: string; clientAddress?: string | undefined },
): Promise<NewOrganization> {
  const name = input.name.trim()
  if (name.length < 1 || name.length > 100) {
    throw invalidInput([{ path: ['name'], message: 'A name of 1 to 100 characters.' }])
  }
  const organizationId = newId()
  const projectId = newId()
  const now = new Date()
  for (let number = 1; number <= namesTried; number += 1) {
    const [made] = await tx
      .insert(organizations)
      .values({ id: organizationId, name, slug: slugOf(name, number), createdAt: now })
      .onConflictDoNothing()
      .returning({ id: organizations.id })
    if (!made) continue
    await tx.execute(sql`select set_config('qw.organization_id', ${organizationId}, true)`)
    await tx
      .insert(members)
      .values({ id: newId(), organizationId, userId: input.userId, role: 'owner', createdAt: now })
    await tx.insert(projects).values({
      id: projectId,
      organizationId,
      name: 'Default',
      slug: 'default',
      isDefault: true,
      createdBy: input.userId,
    })
    const { userId, clientAddress } = input
    const actor = { organizationId, userId, principal: `user:${userId}`, clientAddress }
    const target = { type: 'organization', id: organizationId, name }
    await audit(tx, actor, { action: 'organization.created', target })
    return { organizationId, projectId }
  }
  throw new AppError('organization.exists', 'There are too many organizations of this name. Choose another.')
}
