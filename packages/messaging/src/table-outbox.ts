import { firstIdOf } from '@quillworks/service-kit/ids'
import type { WrittenEvent } from './event-publisher.ts'
import { keptHours, type OutboxStore } from './outbox-store.ts'

/** The outbox of a service that writes its events whole, in the table that `outboxTable` describes. */
export function tableOutbox(schema: string): OutboxStore {
  const table = `${schema}.outbox`
  return {
    claim: async (tx, { limit, busy, minAgeMs }) => {
      const rows = await tx<WrittenEvent[]>`
        select id, subject, event::text as event from ${tx(table)}
        where published_at is null and created_at <= now() - ${minAgeMs} * interval '1 millisecond'
          and id <> all(${busy}::uuid[])
        order by id limit ${limit} for update skip locked`
      return rows.map((row) => ({ key: row.id, events: [row] }))
    },
    note: async (sql, keys) => {
      await sql`update ${sql(table)} set published_at = now() where id = any(${keys}::uuid[])`
    },
    lastPublished: async (sql) => {
      const [row] = await sql<{ subject: string }[]>`
        select subject from ${sql(table)}
        where published_at > now() - ${keptHours - 1} * interval '1 hour'
        order by id desc limit 1`
      return row?.subject
    },
    sendAgain: async (sql) => {
      const { count } = await sql`
        update ${sql(table)} set published_at = null where published_at > now() - ${keptHours} * interval '1 hour'`
      return count
    },
    prune: async (sql) => {
      const oldest = Date.now() - keptHours * 3_600_000
      await sql`
        delete from ${sql(table)}
        where id < ${firstIdOf(oldest)} and published_at < now() - ${keptHours} * interval '1 hour'`
    },
  }
}
