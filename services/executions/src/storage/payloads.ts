import type { Sql } from '@quillworks/database/connect'
import { cleanText } from './clean.ts'

/** Content by reference; a reference without content is left out. */
export async function readPayloads(
  sql: Sql,
  executionId: string,
  refs: string[],
): Promise<Map<string, unknown>> {
  if (refs.length === 0) return new Map()
  const rows = await sql<{ ref: string; body: unknown }[]>`
    select ref, body from executions.payloads where execution_id = ${executionId} and ref = any(${refs}::text[])`
  return new Map(rows.map((row) => [row.ref, row.body]))
}

/** Keeps the text of an attempt in flight, so that it can be read without its owner. */
export async function storePartial(
  sql: Sql,
  { executionId, fence, ref, text }: { executionId: string; fence: number; ref: string; text: string },
): Promise<void> {
  await sql`
    insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
    select id, organization_id, owner_id, visibility, ${ref}, to_jsonb(${cleanText(text)}::text)
    from executions.executions where id = ${executionId} and fence = ${fence} and status = 'running'
    on conflict (execution_id, ref) do update set body = excluded.body`
}
