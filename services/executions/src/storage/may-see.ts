import type { Database } from '@quillworks/database/connect'

/** True for who reads it, and may so derive from it: its owner, and members where it is shared with them. */
export function maySee(
  database: Database,
  { executionId, organizationId, userId }: { executionId: string; organizationId: string; userId: string },
): Promise<boolean> {
  return database.run(async ({ sql }) => {
    const rows = await sql`
      select 1 from executions.executions
      where id = ${executionId} and organization_id = ${organizationId}
        and (visibility = 'organization' or owner_id = ${userId})`
    return rows.length > 0
  })
}
