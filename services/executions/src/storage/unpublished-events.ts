import { keptHours, type OutboxEntry, type OutboxStore } from '@quillworks/messaging/outbox-store'
import { firstIdOf } from '@quillworks/service-kit/ids'
import type { TransactionSql } from 'postgres'
import type { EngineEvent } from '../engine/events.ts'
import { project } from '../engine/project.ts'
import { publicEvent } from './public-event.ts'

/** The events of one commit: of an execution, from one revision to another. */
export interface Published {
  executionId: string
  from: number
  to: number
}

/** Names a commit's events in the outbox. */
export const keyOf = ({ executionId, from, to }: Published): string => `${executionId}/${from}/${to}`

interface Row {
  id: string
  from: string
  to: string
}

/** The outbox of the engine: which events wait is in `unpublished`, and what they tell is folded from `events`. */
export const unpublishedEvents: OutboxStore = {
  claim: async (tx, { limit, busy, minAgeMs }) => {
    const rows = await tx<Row[]>`
      select execution_id as id, from_revision as from, to_revision as to from executions.unpublished
      where created_at <= now() - ${minAgeMs} * interval '1 millisecond'
        and concat_ws('/', execution_id, from_revision, to_revision) <> all(${busy}::text[])
      order by execution_id, from_revision limit ${limit} for update skip locked`
    return entriesOf(
      tx,
      rows.map(({ id, from, to }) => ({ executionId: id, from: Number(from), to: Number(to) })),
    )
  },
  note: async (sql, keys) => {
    const parts = keys.map((key) => key.split('/'))
    const column = (index: number) => parts.map((part) => part[index] ?? '')
    await sql`
      delete from executions.unpublished u
      using unnest(${column(0)}::uuid[], ${column(1)}::bigint[], ${column(2)}::bigint[]) as p (id, from_revision, to_revision)
      where u.execution_id = p.id and u.from_revision = p.from_revision and u.to_revision = p.to_revision`
  },
  lastPublished: async (sql) => {
    const oldest = firstIdOf(Date.now() - (keptHours - 1) * 3_600_000)
    const [row] = await sql<{ subject: string }[]>`
      select concat_ws('.', 'qw', e.organization_id, 'executions.execution', e.id, last.type) as subject
      from executions.executions e
      join executions.events last on last.execution_id = e.id and last.revision = e.revision
      where e.id > ${oldest}
        and not exists (select 1 from executions.unpublished u where u.execution_id = e.id)
      order by e.id desc limit 1`
    return row?.subject
  },
  sendAgain: async (sql) => {
    const { count } = await sql`
      insert into executions.unpublished (execution_id, organization_id, from_revision, to_revision)
      select e.id, e.organization_id, kept.first, e.revision
      from executions.executions e
      cross join lateral (
        select min(revision) as first from executions.events
        where execution_id = e.id and at > now() - ${keptHours} * interval '1 hour'
      ) kept
      where e.updated_at > now() - ${keptHours} * interval '1 hour' and kept.first is not null
      on conflict (execution_id, from_revision)
        do update set to_revision = greatest(unpublished.to_revision, excluded.to_revision)`
    return count
  },
  // Events are part of their execution and stay as long as it does.
  prune: async () => {},
}

/** Tells what was published of these commits again, from the beginning of each of their executions. */
async function entriesOf(tx: TransactionSql, waiting: Published[]): Promise<OutboxEntry[]> {
  const ids = [...new Set(waiting.map(({ executionId }) => executionId))]
  const rows = await tx<{ id: string; at: Date; type: string; data: object }[]>`
    select execution_id as id, at, type, data from executions.events
    where execution_id = any(${ids}::uuid[]) order by execution_id, revision`
  const eventsOf = Map.groupBy(rows, ({ id }) => id)
  const projected = new Map(
    ids.map((id) => {
      const events = (eventsOf.get(id) ?? []).map(
        // As `eventColumns` has written it.
        ({ at, type, data }) => ({ type, at: at.getTime(), ...data }) as EngineEvent,
      )
      return [id, events.length > 0 ? project(null, events) : undefined]
    }),
  )
  return waiting.map((published) => {
    const told = projected.get(published.executionId)
    const isMeant = ({ revision }: { revision: number }) =>
      revision >= published.from && revision <= published.to
    const events = told?.events.filter(isMeant).map((event) => publicEvent(told.after, event))
    return { key: keyOf(published), events: events ?? [] }
  })
}
