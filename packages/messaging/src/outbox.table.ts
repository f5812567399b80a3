import { tenantPolicies, instant } from '@quillworks/database/policies'
import { sql } from 'drizzle-orm'
import { index, json, type PgSchema, text, uuid } from 'drizzle-orm/pg-core'
import type { QuillworksEvent } from './envelope.ts'

/** The outbox of one service: events written in the transaction that made them true, published right after it. */
export function outboxTable(schema: PgSchema, service: string) {
  return schema.table(
    'outbox',
    {
      id: uuid('id').primaryKey(),
      organizationId: uuid('organization_id').notNull(),
      /** NATS subject. */
      subject: text('subject').notNull(),
      // json, not jsonb: it is published as it was written and never looked into.
      event: json('event').$type<QuillworksEvent>().notNull(),
      createdAt: instant('created_at').notNull().defaultNow(),
      publishedAt: instant('published_at'),
    },
    (table) => [
      index('outbox_unpublished')
        .on(table.id)
        .where(sql`published_at is null`),
      ...tenantPolicies({ service, visibility: false, system: true }),
    ],
  )
}

export type OutboxTable = ReturnType<typeof outboxTable>

/** The inbox of one service: which events each consumer has already counted. */
export function inboxTable(schema: PgSchema, service: string) {
  return schema.table(
    'inbox',
    {
      eventId: uuid('event_id').notNull(),
      consumer: text('consumer').notNull(),
      organizationId: uuid('organization_id').notNull(),
      receivedAt: instant('received_at').notNull().defaultNow(),
    },
    (table) => [
      index('inbox_received').on(table.receivedAt),
      ...tenantPolicies({ service, visibility: false, system: true }),
    ],
  )
}
