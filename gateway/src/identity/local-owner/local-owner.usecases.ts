import type { Database } from '@quillworks/database/connect'
import type { Transaction } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import { AppError } from '@quillworks/service-kit/errors'
import { newId } from '@quillworks/service-kit/ids'
import { asc, eq, sql } from 'drizzle-orm'
import { users } from '../accounts/accounts.table.ts'
import type { Auth } from '../auth.ts'
import { insertOrganization } from '../organizations/new-organization.ts'
import { members } from '../organizations/organizations.table.ts'
import { projects } from '../projects/projects.table.ts'
import { linkIdentifier, linkLifeMs, newLinkToken } from './local-link.ts'

/** Who the first owner is and where they own; `created` is true for the call that made them. */
export interface LocalOwner {
  userId: string
  organizationId: string
  /** The organization's default project. */
  projectId: string
  created: boolean
}

const creationLock = 7_164_301

async function defaultProject(tx: Transaction, owner: { organizationId: string }): Promise<string> {
  // The owner was looked for over all organizations; their projects are seen only from inside theirs.
  await tx.execute(sql`select set_config('qw.organization_id', ${owner.organizationId}, true)`)
  const [project] = await tx.select({ id: projects.id }).from(projects).where(eq(projects.isDefault, true))
  if (!project) throw new AppError('project.not_found', 'The organization has no default project.')
  return project.id
}

/** The owner of the oldest organization; makes owner, organization and default project where there are none. */
export async function ensureLocalOwner(input: { database: Database }): Promise<LocalOwner> {
  const userId = newId()
  // No organization is known yet; the first statements are about tables over all of them.
  return withTenant(input.database, { organizationId: '', userId }, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${creationLock})`)
    const [existing] = await tx
      .select({ userId: members.userId, organizationId: members.organizationId })
      .from(members)
      .where(eq(members.role, 'owner'))
      .orderBy(asc(members.organizationId), asc(members.id))
      .limit(1)
    if (existing) return { ...existing, projectId: await defaultProject(tx, existing), created: false }
    const now = new Date()
    await tx.insert(users).values({
      id: userId,
      name: 'Owner',
      email: 'owner@quillworks.local',
      emailVerified: false,
      createdAt: now,
      updatedAt: now,
    })
    const made = await insertOrganization(tx, { name: 'My workspace', userId })
    return { userId, ...made, created: true }
  })
}

/** A URL that signs the local owner in once, within 10 minutes. */
export async function createLocalOwnerLink(input: {
  database: Database
  auth: Auth
  publicUrl: string
}): Promise<{ url: string } & LocalOwner> {
  const owner = await ensureLocalOwner(input)
  const token = newLinkToken()
  const { internalAdapter } = await input.auth.$context
  await internalAdapter.createVerificationValue({
    identifier: linkIdentifier(token),
    value: owner.userId,
    expiresAt: new Date(Date.now() + linkLifeMs),
  })
  const url = new URL('/api/auth/local-link', input.publicUrl)
  url.searchParams.set('token', token)
  return { url: url.href, ...owner }
}
