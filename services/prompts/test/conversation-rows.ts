import type postgres from 'postgres'

/** The conversations of an organization, once there are `count` and each is marked as started, which nobody waits for. */
export async function startedConversations(
  owner: postgres.Sql,
  { organizationId, count }: { organizationId: string; count: number },
): Promise<string[]> {
  for (;;) {
    const rows = await owner<{ execution_id: string; started_at: Date | null }[]>`
      select execution_id, started_at from prompts.conversations where organization_id = ${organizationId}`
    if (rows.length === count && rows.every((row) => row.started_at !== null))
      return rows.map((row) => row.execution_id)
    await Bun.sleep(10)
  }
}
