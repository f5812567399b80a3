import { withTenant } from '@quillworks/database/tenant'
import { AppError, invalidInput, notFound } from '@quillworks/service-kit/errors'
import { isId, newId } from '@quillworks/service-kit/ids'
import type { Identity } from '@quillworks/service-kit/identity'
import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { requireAbility } from '../access.ts'
import { type ActingIdentity, audit } from '../audit/audit.ts'
import type { IdentityDependencies } from '../graphql/context.ts'
import { type Page, type PageArguments, pageById } from '../graphql/page.ts'
import { members } from '../organizations/organizations.table.ts'
import { projectMembers, projects } from './projects.table.ts'
import { slugOf } from './slug.ts'

export type Project = typeof projects.$inferSelect
type Deps = Pick<IdentityDependencies, 'database'>

function checkName(name: string): string {
  const trimmed = name.trim()
  if (trimmed.length < 1 || trimmed.length > 100) {
    throw invalidInput([{ path: ['name'], message: 'A name of 1 to 100 characters.' }])
  }
  return trimmed
}

export async function listProjects(
  { database }: Deps,
  identity: Identity,
  input: PageArguments & { archived?: boolean | null | undefined },
): Promise<Page<Project>> {
  const page = pageById(projects.id, input)
  const { archived } = input
  const kept = archived === null ? undefined : (archived ? isNotNull : isNull)(projects.archivedAt)
  const rows = await withTenant(database, identity, (tx) =>
    tx
      .select()
      .from(projects)
      .where(and(eq(projects.organizationId, identity.organizationId), kept, ...page.where))
      .orderBy(page.orderBy)
      .limit(page.limit),
  )
  return page.toPage(rows)
}

/** The project that requests act in. */
export async function currentProject({ database }: Deps, identity: Identity): Promise<Project> {
  const [row] = await withTenant(database, identity, (tx) =>
    tx.select().from(projects).where(eq(projects.id, identity.projectId)),
  )
  if (!row) throw notFound('project')
  return row
}

const target = ({ id, name }: Project) => ({ type: 'project', id, name })

export async function createProject(
  { database }: Deps,
  identity: ActingIdentity,
  input: { name: string },
): Promise<Project> {
  requireAbility(identity.role, 'project', 'create')
  const name = checkName(input.name)
  const { organizationId, userId } = identity
  return withTenant(database, identity, async (tx) => {
    for (let number = 1; number <= 100; number += 1) {
      const [row] = await tx
        .insert(projects)
        .values({ id: newId(), organizationId, name, slug: slugOf(name, number), createdBy: userId })
        .onConflictDoNothing()
        .returning()
      if (!row) continue
      await tx.insert(projectMembers).values({ organizationId, projectId: row.id, userId })
      await audit(tx, identity, { action: 'project.created', target: target(row) })
      return row
    }
    throw new AppError('project.exists', 'There are too many projects of this name. Choose another.')
  })
}

/** What becomes of a project, and how it is noted. */
interface ProjectChange {
  set: { name: string } | { archivedAt: Date | null }
  action: string
}

async function updateProject(
  { database }: Deps,
  identity: ActingIdentity,
  id: string,
  /** Undefined where nothing is to be done. */
  changeOf: (before: Project) => ProjectChange | undefined,
): Promise<Project> {
  requireAbility(identity.role, 'project', 'update')
  if (!isId(id)) throw notFound('project')
  const where = and(eq(projects.organizationId, identity.organizationId), eq(projects.id, id))
  return withTenant(database, identity, async (tx) => {
    const [before] = await tx.select().from(projects).where(where).for('update')
    if (!before) throw notFound('project')
    const change = changeOf(before)
    if (!change) return before
    const [row] = await tx
      .update(projects)
      .set({ ...change.set, updatedAt: new Date() })
      .where(where)
      .returning()
    if (!row) throw notFound('project')
    const details = before.name === row.name ? {} : { from: before.name, to: row.name }
    await audit(tx, identity, { action: change.action, target: target(row), details })
    return row
  })
}

/** Renames; the slug stays, so that links keep working. */
export function renameProject(
  deps: Deps,
  identity: ActingIdentity,
  input: { id: string; name: string },
): Promise<Project> {
  const set = { name: checkName(input.name) }
  return updateProject(deps, identity, input.id, () => ({ set, action: 'project.renamed' }))
}

/**
 * Hides a project from lists, or shows it there again; doing it twice changes nothing. What belongs to it stays, and so
 * does its slug, so that it can always come back. The default project cannot go (`project.is_default`).
 */
export function archiveProject(
  deps: Deps,
  identity: ActingIdentity,
  input: { id: string; archived: boolean },
): Promise<Project> {
  return updateProject(deps, identity, input.id, ({ isDefault, archivedAt }) => {
    if (isDefault && input.archived)
      throw new AppError('project.is_default', 'The default project cannot be archived.')
    if ((archivedAt !== null) === input.archived) return undefined
    return input.archived
      ? { set: { archivedAt: new Date() }, action: 'project.archived' }
      : { set: { archivedAt: null }, action: 'project.unarchived' }
  })
}

/** The user ids of a project's members. */
export async function listProjectMembers(
  { database }: Deps,
  identity: Identity,
  projectId: string,
): Promise<string[]> {
  const rows = await withTenant(database, identity, (tx) =>
    tx
      .select({ userId: projectMembers.userId })
      .from(projectMembers)
      .where(eq(projectMembers.projectId, projectId))
      .orderBy(projectMembers.createdAt),
  )
  return rows.map((row) => row.userId)
}

/** Adds a member of the organization to a project, or takes one out. */
export async function setProjectMember(
  { database }: Deps,
  identity: ActingIdentity,
  input: { projectId: string; userId: string; member: boolean },
): Promise<Project> {
  requireAbility(identity.role, 'project', 'update')
  if (!isId(input.projectId)) throw notFound('project')
  if (!isId(input.userId)) throw notFound('member')
  const { organizationId } = identity
  return withTenant(database, identity, async (tx) => {
    const [project] = await tx.select().from(projects).where(eq(projects.id, input.projectId))
    if (!project) throw notFound('project')
    const row = { organizationId, projectId: input.projectId, userId: input.userId }
    const note = (action: string) =>
      audit(tx, identity, { action, target: target(project), details: { userId: input.userId } })
    if (!input.member) {
      const removed = await tx
        .delete(projectMembers)
        .where(and(eq(projectMembers.projectId, input.projectId), eq(projectMembers.userId, input.userId)))
        .returning({ userId: projectMembers.userId })
      if (removed.length > 0) await note('project.member_removed')
      return project
    }
    const [member] = await tx
      .select({ id: members.id })
      .from(members)
      .where(and(eq(members.organizationId, organizationId), eq(members.userId, input.userId)))
    if (!member) throw notFound('member')
    const added = await tx.insert(projectMembers).values(row).onConflictDoNothing().returning()
    if (added.length > 0) await note('project.member_added')
    return project
  })
}
