import type { Database } from '@quillworks/database/connect'
import { withTenant } from '@quillworks/database/tenant'
import { isId } from '@quillworks/service-kit/ids'
import { and, asc, eq } from 'drizzle-orm'
import { type MemberRole, members, organizations } from '../organizations/organizations.table.ts'
import { projects } from '../projects/projects.table.ts'

export interface Membership {
  organizationId: string
  userId: string
  role: MemberRole
}

/** A user's membership in the organization named by id or slug, else in their first. */
export async function findMembership(input: {
  database: Database
  userId: string
  organization?: string | undefined
}): Promise<Membership | undefined> {
  const { organization } = input
  const named = organization
    ? isId(organization)
      ? eq(organizations.id, organization)
      : eq(organizations.slug, organization)
    : undefined
  const [row] = await input.database.run(({ orm }) =>
    orm
      .select({ organizationId: members.organizationId, userId: members.userId, role: members.role })
      .from(members)
      .innerJoin(organizations, eq(organizations.id, members.organizationId))
      .where(and(eq(members.userId, input.userId), named))
      .orderBy(asc(members.id))
      .limit(1),
  )
  return row
}

/** The id of the project named by id or slug, else of the organization's default project. */
export async function findProjectId(input: {
  database: Database
  membership: Membership
  project?: string | undefined
}): Promise<string | undefined> {
  const { project } = input
  const named = project
    ? isId(project)
      ? eq(projects.id, project)
      : eq(projects.slug, project)
    : eq(projects.isDefault, true)
  const [row] = await withTenant(input.database, input.membership, (tx) =>
    tx
      .select({ id: projects.id })
      .from(projects)
      .where(and(eq(projects.organizationId, input.membership.organizationId), named))
      .limit(1),
  )
  return row?.id
}
