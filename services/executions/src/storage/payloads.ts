import type { Sql } from '@quillworks/database/connect'
import type { PartialText } from '../engine/storage.ts'
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

/**
 * Keeps the texts of attempts in flight, one per reference, so that they can be read without their owner. A text only
 * grows: one that comes late replaces neither a longer one nor the result, and writes nothing where it is the same.
 */
export async function storePartials(sql: Sql, partials: PartialText[]): Promise<void> {
  const ids = partials.map(({ executionId }) => executionId)
  const fences = partials.map(({ fence }) => fence)
  const refs = partials.map(({ ref }) => ref)
  const texts = partials.map(({ text }) => cleanText(text))
  await sql`
    insert into executions.payloads (execution_id, organization_id, owner_id, visibility, ref, body)
    select id, organization_id, owner_id, visibility, partial.ref, to_jsonb(partial.text)
    from unnest(${ids}::uuid[], ${fences}::bigint[], ${refs}::text[], ${texts}::text[]) as partial (of, fence, ref, text)
    join executions.executions on id = partial.of and executions.fence = partial.fence and status = 'running'
    order by id, partial.ref
    on conflict (execution_id, ref) do update set body = excluded.body
      where excluded.body <> payloads.body and starts_with(excluded.body #>> '{}', payloads.body #>> '{}')`
}
