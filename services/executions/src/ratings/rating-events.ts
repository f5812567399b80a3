import { createEvent, eventSubject } from '@quillworks/messaging/envelope'
import type { WrittenEvent } from '@quillworks/messaging/event-publisher'
import { keptHours, type OutboxStore } from '@quillworks/messaging/outbox-store'
import type { ExecutionRatedData, RatingValue } from '../contract/ratings.ts'

interface Row {
  execution_id: string
  organization_id: string
  step_key: string
  user_id: string
  rating: RatingValue | null
  model: string | null
  source_type: string | null
  source_id: string | null
  source_version: number | null
  rated_at: Date
  event_id: string
}

const subjectOf = (row: Pick<Row, 'organization_id' | 'execution_id'>) =>
  eventSubject({
    organizationId: row.organization_id,
    service: 'executions',
    entity: 'execution',
    id: row.execution_id,
    past: 'rated',
  })

function eventOf(row: Row): WrittenEvent {
  const { source_type: type, source_id: id, source_version: version } = row
  const data: ExecutionRatedData = {
    executionId: row.execution_id,
    stepKey: row.step_key === '' ? null : row.step_key,
    rating: row.rating,
    ratedBy: row.user_id,
    model: row.model,
    source: type === null || id === null ? null : { type, id, version },
  }
  const event = createEvent({
    id: row.event_id,
    source: 'quillworks/executions',
    type: 'quillworks.execution.rated.v1',
    subject: row.execution_id,
    organizationId: row.organization_id,
    data,
    correlationId: row.execution_id,
    time: row.rated_at,
  })
  return { id: row.event_id, subject: subjectOf(row), event: JSON.stringify(event) }
}

/** The outbox of ratings: which wait stands in their rows. One that changes again before it was told is told once. */
export const ratingEvents: OutboxStore = {
  claim: async (tx, { limit, busy, minAgeMs }) => {
    const rows = await tx<Row[]>`
      select execution_id, organization_id, step_key, user_id, rating, model, source_type, source_id, source_version,
        rated_at, event_id
      from executions.ratings
      where published_at is null and rated_at <= now() - ${minAgeMs} * interval '1 millisecond'
        and event_id <> all(${busy}::uuid[])
      order by rated_at limit ${limit} for update skip locked`
    return rows.map((row) => ({ key: row.event_id, events: [eventOf(row)] }))
  },
  note: async (sql, keys) => {
    await sql`update executions.ratings set published_at = now() where event_id = any(${keys}::uuid[])`
  },
  lastPublished: async (sql) => {
    const [row] = await sql<Pick<Row, 'organization_id' | 'execution_id'>[]>`
      select organization_id, execution_id from executions.ratings
      where rated_at > now() - ${keptHours - 1} * interval '1 hour' and published_at is not null
      order by rated_at desc limit 1`
    return row && subjectOf(row)
  },
  sendAgain: async (sql) => {
    const { count } = await sql`
      update executions.ratings set published_at = null
      where published_at is not null and rated_at > now() - ${keptHours} * interval '1 hour'`
    return count
  },
  // Ratings stay as long as their execution does.
  prune: async () => {},
}
