import type { Database } from '@quillworks/database/connect'
import { notFound } from '@quillworks/service-kit/errors'
import type { z } from 'zod'
import type { lineageSchema, LineageReply } from '../contract/lineage.ts'
import { requireOwner } from '../storage/require-owner.ts'

/** More forks of forks than anybody makes; whoever needs an older one has needed one in between. */
const mostGenerations = 1_000

interface Row {
  owner_id: string
  project_id: string
  conversation: boolean
  derived_from_id: string | null
}

/** Walks up from an execution of the caller's own to those it was made of; one that is only shared with them is refused. */
export function lineageOf(
  database: Database,
  { executionId, organizationId, userId }: z.output<typeof lineageSchema>,
): Promise<LineageReply> {
  return database.run(async ({ sql }) => {
    const rows = await sql<Row[]>`
      with recursive line as (
        select owner_id, project_id, conversation, derived_from_id, 0 as generation from executions.executions
        where id = ${executionId} and organization_id = ${organizationId}
          and (visibility = 'organization' or owner_id = ${userId})
        union all
        select e.owner_id, e.project_id, e.conversation, e.derived_from_id, line.generation + 1
        from line join executions.executions e on e.id = line.derived_from_id
        where e.organization_id = ${organizationId} and line.generation < ${mostGenerations}
      )
      select owner_id, project_id, conversation, derived_from_id from line order by generation`
    const [own] = rows
    if (!own) throw notFound('execution')
    requireOwner(own.owner_id, { userId, othersToo: false })
    return {
      ok: true,
      id: executionId,
      projectId: own.project_id,
      conversation: own.conversation,
      earlier: rows.flatMap((row) => row.derived_from_id ?? []),
    }
  })
}
