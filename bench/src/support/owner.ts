import type { Ground } from './ground.ts'

/** The local owner and where they act, as executions run in somebody's name. */
export interface RunsAs {
  organizationId: string
  projectId: string
  userId: string
  scopes: string[]
}

/** Looks the owner up that the gateway made at its start. */
export async function whoRuns(ground: Ground): Promise<RunsAs> {
  const [row] = await ground.owner<{ user: string; organization: string; project: string }[]>`
    select m.user_id as user, m.organization_id as organization, p.id as project
    from identity.members m join identity.projects p on p.organization_id = m.organization_id limit 1`
  if (!row) throw new Error('There is no owner.')
  return { organizationId: row.organization, projectId: row.project, userId: row.user, scopes: ['*'] }
}
